package io.flashsale.bench.drill;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Connections that behave badly, for as long as they are open, on a thread of their own. */
final class Attackers implements AutoCloseable {
    /** What they do. */
    enum Kind {
        /** Send a byte of a request a second, and never end it. */
        BYTE_A_SECOND,
        /** Ask for much, at once, and read nothing of it. */
        NEVER_READING,
        /** Nothing. */
        IDLE,
        /** Are opened and closed again, one after the other. */
        OPENED_AND_CLOSED
    }

    private static final byte[] SLOW = ("POST /checkout?user_id=1&item_id=1 HTTP/1.1\r\nHost: drill\r\nX-Padding: "
                    + "x".repeat(600))
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GREEDY = "GET /items?from=0&limit=1000 HTTP/1.1\r\nHost: drill\r\n\r\n"
            .repeat(64)
            .getBytes(StandardCharsets.US_ASCII);
    private static final int SMALL_BUFFER = 4_096;

    private final InetSocketAddress address;
    private final Kind kind;
    private final int wanted;
    private final Thread thread;
    private final AtomicLong opened = new AtomicLong();
    private final AtomicLong cutOff = new AtomicLong();
    private final AtomicLong open = new AtomicLong();
    private volatile boolean isEnding;

    private Attackers(final InetSocketAddress address, final Kind kind, final int wanted) {
        this.address = address;
        this.kind = kind;
        this.wanted = wanted;
        thread = new Thread(this::run, "attackers");
    }

    /** Begins. */
    static Attackers start(final InetSocketAddress address, final Kind kind, final int connections) {
        final Attackers attackers = new Attackers(address, kind, connections);
        attackers.thread.start();
        return attackers;
    }

    /** Connections that were opened so far. */
    long opened() {
        return opened.get();
    }

    /** Connections that the service ended. */
    long cutOff() {
        return cutOff.get();
    }

    /** Connections that are open now. */
    long open() {
        return open.get();
    }

    private void run() {
        final List<SocketChannel> channels = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            int position = 0;
            long nextByteAt = System.nanoTime();
            while (!isEnding) {
                openSome(channels, selector);
                if (kind == Kind.OPENED_AND_CLOSED) {
                    channels.forEach(Attackers::closeQuietly);
                    channels.clear();
                    continue;
                }
                selector.select(20);
                for (final SelectionKey key : selector.selectedKeys()) {
                    noticeEnd(key);
                }
                selector.selectedKeys().clear();
                if (kind == Kind.BYTE_A_SECOND && System.nanoTime() - nextByteAt > 0) {
                    nextByteAt += TimeUnit.SECONDS.toNanos(1);
                    final int at = Math.min(position++, SLOW.length - 1);
                    channels.forEach(channel -> send(channel, ByteBuffer.wrap(SLOW, at, 1)));
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            channels.forEach(Attackers::closeQuietly);
        }
    }

    /** A few at a time, so that those that are open go on. */
    private void openSome(final List<SocketChannel> channels, final Selector selector) throws IOException {
        for (int i = 0; i < 50 && channels.size() < wanted && !isEnding; i++) {
            final SocketChannel channel = SocketChannel.open();
            try {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
                channel.connect(address);
                channel.configureBlocking(false);
                opened.incrementAndGet();
                open.incrementAndGet();
                channels.add(channel);
                if (kind == Kind.NEVER_READING) {
                    send(channel, ByteBuffer.wrap(GREEDY));
                } else if (kind != Kind.OPENED_AND_CLOSED) {
                    channel.register(selector, SelectionKey.OP_READ);
                }
            } catch (final IOException refused) {
                closeQuietly(channel);
                return;
            }
        }
    }

    private void noticeEnd(final SelectionKey key) {
        try {
            if (((SocketChannel) key.channel()).read(ByteBuffer.allocate(SMALL_BUFFER)) >= 0) {
                return;
            }
        } catch (final IOException reset) {
            // The harder way of being cut off.
        }
        key.cancel();
        cutOff.incrementAndGet();
        open.decrementAndGet();
        closeQuietly((SocketChannel) key.channel());
    }

    private static void send(final SocketChannel channel, final ByteBuffer bytes) {
        if (channel.isOpen()) {
            try {
                channel.write(bytes);
            } catch (final IOException cutOff) {
                // Noticed when it is read.
            }
        }
    }

    private static void closeQuietly(final SocketChannel channel) {
        try {
            channel.close();
        } catch (final IOException e) {
            // It is gone already.
        }
    }

    @Override
    public void close() {
        isEnding = true;
        try {
            thread.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
