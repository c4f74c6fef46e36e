package io.flashsale.bench.micro;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleCode;
import io.flashsale.transport.DetachedTransport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * From an accepted checkout to its answer's bytes in a buffer that a socket takes, nanoseconds an answer, sixteen at a time.
 * {@code -prof gc} shows what each allocates.
 *
 * <p><b>Baseline:</b> a {@link DefaultFullHttpResponse} with the same header fields and the code's text through Netty's
 * {@link HttpResponseEncoder}; both sides write into Netty's pooled direct buffers, but the baseline's channel hands each
 * buffer on by itself.
 */
public class AnswerBenchmark extends Microbenchmark {
    private static final int BATCH = 16;
    private static final long HIGH = SaleCode.high(1_767_225_600L, 7);
    private static final String DATE = "Thu, 01 Jan 2026 00:00:00 GMT";

    private DetachedTransport transport;
    private EmbeddedChannel netty;
    private long sequence;

    /** Opens both. */
    @Setup(Level.Trial)
    public void open() {
        transport = new DetachedTransport();
        netty = new EmbeddedChannel(new HttpResponseEncoder());
        netty.config().setAllocator(PooledByteBufAllocator.DEFAULT);
    }

    /** Closes the channel. */
    @TearDown(Level.Trial)
    public void close() {
        netty.finishAndReleaseAll();
    }

    /**
     * The service's encoder.
     *
     * @return bytes.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int service() {
        sequence += BATCH;
        final ByteBuf bytes = transport.answer(
                Outcome.RESERVED, BATCH, sequence, HIGH, SaleCode.low(sequence), PooledByteBufAllocator.DEFAULT);
        final int length = bytes.readableBytes();
        bytes.release();
        return length;
    }

    /**
     * The baseline.
     *
     * @return bytes.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int netty() {
        int length = 0;
        for (int i = 0; i < BATCH; i++) {
            sequence++;
            final byte[] code =
                    new UUID(HIGH, SaleCode.low(sequence)).toString().getBytes(US_ASCII);
            final FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(code));
            response.headers()
                    .set(HttpHeaderNames.CONTENT_LENGTH, code.length)
                    .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .set(HttpHeaderNames.DATE, DATE)
                    .set("Sale-Sequence", sequence);
            netty.writeOutbound(response);
            for (ByteBuf bytes = netty.readOutbound(); bytes != null; bytes = netty.readOutbound()) {
                length += bytes.readableBytes();
                bytes.release();
            }
        }
        return length;
    }
}
