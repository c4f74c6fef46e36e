package io.flashsale.bench.sale;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Buys every item: each of its connections takes the next one, checks it out, buys it with the code that it got, and so on.
 * One request in flight on each connection, one thread for all.
 */
final class SaleClient implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final int MAX_ANSWER = 4_096;
    /** Below the limit of purchases. */
    private static final int ITEMS_PER_USER = 5;

    private final Selector selector;
    private final List<Shopper> shoppers = new ArrayList<>();
    private int lastItem;
    private int nextItem;
    private int bought;

    private SaleClient(final Selector selector) {
        this.selector = selector;
    }

    static SaleClient connect(final InetSocketAddress address, final int connections) throws IOException {
        final SaleClient client = new SaleClient(Selector.open());
        for (int i = 0; i < connections; i++) {
            final SocketChannel channel = SocketChannel.open(address);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            final Shopper shopper = client.new Shopper(channel);
            channel.register(client.selector, SelectionKey.OP_READ, shopper);
            client.shoppers.add(shopper);
        }
        return client;
    }

    /**
     * Buys items that nobody has touched.
     *
     * @param first item.
     * @param count of items.
     * @return nanoseconds from the first request to the last answer.
     * @throws IOException if any answer is another than 200, or there is none.
     */
    long buy(final int first, final int count) throws IOException {
        lastItem = first + count;
        nextItem = first;
        bought = 0;
        final long begin = System.nanoTime();
        final long deadline = begin + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (final Shopper shopper : shoppers) {
            shopper.checkOutNext();
        }
        while (bought < count) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("only " + bought + " items are bought after " + PATIENCE_SECONDS + " s");
            }
            selector.select(key -> ((Shopper) key.attachment()).onReadable(), 1_000);
            for (final Shopper shopper : shoppers) {
                if (shopper.failure != null) {
                    throw new IOException(shopper.failure);
                }
            }
        }
        return System.nanoTime() - begin;
    }

    @Override
    public void close() throws IOException {
        for (final Shopper shopper : shoppers) {
            shopper.channel.close();
        }
        selector.close();
    }

    private final class Shopper {
        private final SocketChannel channel;
        private final ByteBuffer input = ByteBuffer.allocate(MAX_ANSWER);
        private boolean buying;
        private String failure;

        private Shopper(final SocketChannel channel) {
            this.channel = channel;
        }

        private void checkOutNext() throws IOException {
            if (nextItem < lastItem) {
                final int item = nextItem++;
                send("/checkout?user_id=" + (1 + item / ITEMS_PER_USER) + "&item_id=" + item);
            }
        }

        private void send(final String target) throws IOException {
            final ByteBuffer request =
                    US_ASCII.encode("POST " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n");
            while (request.hasRemaining()) {
                channel.write(request);
            }
        }

        private void onReadable() {
            try {
                if (channel.read(input) < 0) {
                    throw new IOException("the service closed a connection");
                }
                final String text = new String(input.array(), 0, input.position(), US_ASCII);
                final int headEnd = text.indexOf("\r\n\r\n");
                if (headEnd > 0 && text.length() >= headEnd + 4 + contentLength(text)) {
                    input.clear();
                    onAnswer(text, text.substring(headEnd + 4));
                }
            } catch (final IOException e) {
                failure = e.getMessage();
            }
        }

        private void onAnswer(final String answer, final String body) throws IOException {
            if (!answer.startsWith("HTTP/1.1 200 ")) {
                throw new IOException("an answer of a sale that nobody else takes part in:\n" + answer);
            }
            if (buying) {
                buying = false;
                bought++;
                checkOutNext();
            } else {
                buying = true;
                send("/purchase?code=" + body);
            }
        }

        private int contentLength(final String head) {
            final String name = "\r\nContent-Length: ";
            final int start = head.indexOf(name) + name.length();
            return Integer.parseInt(head, start, head.indexOf('\r', start), 10);
        }
    }
}
