package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.flashsale.engine.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;

/**
 * The transport's parser and its encoder without sockets, connections and queues, for benchmarks: these are the classes that
 * the service runs, called as it calls them. Stands in the transport's package, in the bench module, because nobody else
 * needs to reach these classes. For one thread.
 */
public final class DetachedTransport {
    private static final byte[] DATE = "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n".getBytes(US_ASCII);

    private final Query query = new Query();
    private final Target target = new Target();
    private final RequestHead head = new RequestHead();
    private final PlainHead plain = new PlainHead();
    private final AnswerEncoder encoder = new AnswerEncoder();
    private final AnswerBuffer out = new AnswerBuffer();
    private final Entry entry = new Entry();
    private long checkouts;
    private long sum;

    /** A parser with nothing read, an encoder with nothing written. */
    public DetachedTransport() {}

    private void read(final String uri) {
        final List<Endpoint> served = Endpoint.SERVICE;
        if (head.fault() != null
                || !target.parse(uri)
                || Endpoint.find(served, uri, target.pathStart(), target.pathEnd()) != Endpoint.CHECKOUT
                || query.readCheckout(uri, target.queryStart()) != null) {
            throw new IllegalArgumentException("not a checkout: " + uri);
        }
        checkouts++;
        sum += query.user() + query.item();
    }

    /**
     * Parses checkouts as far as the command that they become.
     *
     * @param bytes of whole requests; released.
     * @return depends on every parameter that was read so far.
     */
    public long parse(final ByteBuf bytes) {
        while (bytes.isReadable()) {
            final int length = plain.read(bytes, head);
            if (length == 0) {
                throw new IllegalArgumentException("not a plain request");
            }
            bytes.skipBytes(length);
            read(plain.target());
        }
        bytes.release();
        return sum;
    }

    /** Checkouts parsed so far. */
    public long checkouts() {
        return checkouts;
    }

    /**
     * Encodes answers of one outcome into a buffer of their size, as a read of so many pipelined requests is answered.
     *
     * @param outcome   of a checkout.
     * @param count     of answers.
     * @param sequence  of the first.
     * @param codeHigh  of each.
     * @param codeLow   of each.
     * @param allocator of the buffer.
     * @return a buffer that the caller releases.
     */
    public ByteBuf answer(
            final Outcome outcome,
            final int count,
            final long sequence,
            final long codeHigh,
            final long codeLow,
            final ByteBufAllocator allocator) {
        out.clear();
        for (int i = 0; i < count; i++) {
            entry.begin();
            entry.decide(outcome, sequence + i, codeHigh, codeLow, i, 0);
            encoder.add(out, Replies.of(outcome), entry, DATE);
        }
        return out.copy(allocator);
    }
}
