package io.flashsale.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * One connection: its socket, what it has to write, what it waits for, the requests it owes. What to send,
 * and what an answer means, is its worker's affair. One thread; sending and receiving allocate nothing.
 */
final class LoadConnection {
    private enum State {
        CONNECTING,
        OPEN,
        /** Lost, to be opened again. */
        WAITING,
        GIVEN_UP
    }

    private final int index;
    private final int depth;
    private final ByteBuffer out;
    private final InFlight inFlight;
    private final OwedQueue owed;
    private final ResponseParser parser = new ResponseParser();
    private State state = State.WAITING;
    private SocketChannel channel;
    private SelectionKey key;
    private long connectingSince;
    private long lostSince;
    private boolean lost;
    private long retryAt;

    LoadConnection(final int index, final int depth, final int maxRequestLength) {
        this.index = index;
        this.depth = depth;
        out = ByteBuffer.allocate(depth * maxRequestLength);
        inFlight = new InFlight(depth);
        owed = new OwedQueue(depth);
    }

    /** Position among the connections of its worker. */
    int index() {
        return index;
    }

    InFlight inFlight() {
        return inFlight;
    }

    OwedQueue owed() {
        return owed;
    }

    ResponseParser parser() {
        return parser;
    }

    /** Where requests are written before {@link #flush()}; there is room for as many as the depth. */
    ByteBuffer out() {
        return out;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    boolean isConnecting() {
        return state == State.CONNECTING;
    }

    boolean isWaiting() {
        return state == State.WAITING;
    }

    /** Whether this connection was lost before, so that opening it is a reconnection. */
    boolean isLost() {
        return lost;
    }

    boolean hasRoom() {
        return state == State.OPEN && inFlight.size() < depth;
    }

    long connectingSince() {
        return connectingSince;
    }

    /** Since when there is no connection, nanoseconds; only while {@link #isLost()}. */
    long lostSince() {
        return lostSince;
    }

    boolean isRetryDue(final long nowNanos) {
        return state == State.WAITING && nowNanos - retryAt >= 0;
    }

    /** Starts to connect; the selector says when to {@link #finishConnect()}. */
    void connect(final Selector selector, final InetSocketAddress target, final long nowNanos) throws IOException {
        state = State.CONNECTING;
        connectingSince = nowNanos;
        channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        final boolean connected = channel.connect(target);
        key = channel.register(selector, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
        if (connected) {
            state = State.OPEN;
        }
    }

    void finishConnect() throws IOException {
        if (channel.finishConnect()) {
            key.interestOps(SelectionKey.OP_READ);
            state = State.OPEN;
        }
    }

    /** The connection works again: a later loss is a new one. */
    void found() {
        lost = false;
    }

    int read(final ByteBuffer buffer) throws IOException {
        return channel.read(buffer);
    }

    /** Writes what the socket takes; the selector says when it takes the rest. */
    void flush() throws IOException {
        out.flip();
        channel.write(out);
        final int interest = out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        out.compact();
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    /** Closes the socket and forgets what was half read or written; what it owes stays. */
    void disconnect() {
        state = State.GIVEN_UP;
        out.clear();
        parser.reset();
        if (key != null) {
            key.cancel();
        }
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (final IOException e) {
            // Whatever was to be lost with this socket is lost already, and counted.
            assert !channel.isOpen();
        }
    }

    void retryAt(final long nanos, final long nowNanos) {
        if (!lost) {
            lost = true;
            lostSince = nowNanos;
        }
        state = State.WAITING;
        retryAt = nanos;
    }
}
