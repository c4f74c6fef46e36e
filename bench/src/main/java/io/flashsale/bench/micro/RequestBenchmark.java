package io.flashsale.bench.micro;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.flashsale.transport.DetachedTransport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/**
 * From a request's bytes to the parameters of a checkout, nanoseconds a request: sixteen requests in one read, with the
 * header fields that wrk sends. What is measured is what the service does: decoder, head, target, path, query; both sides
 * pay for the embedded channel. {@code -prof gc} shows what each allocates.
 *
 * <p><b>Baseline:</b> Netty's {@link HttpRequestDecoder}, which is its server codec's reading half, and {@link
 * QueryStringDecoder} on the same bytes, as a handler written in an hour would use them. They check less.
 */
public class RequestBenchmark extends Microbenchmark {
    /** Requests of a read. */
    static final int BATCH = 16;

    private ByteBuf requests;
    private DetachedTransport transport;
    private EmbeddedChannel netty;
    private long sum;

    /** Opens both channels. */
    @Setup(Level.Trial)
    public void open() {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < BATCH; i++) {
            text.append("POST /checkout?user_id=")
                    .append(123_456 + i)
                    .append("&item_id=")
                    .append(1_000 + i)
                    .append(" HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Length: 0\r\n\r\n");
        }
        requests = Unpooled.unreleasableBuffer(
                Unpooled.directBuffer().writeBytes(text.toString().getBytes(US_ASCII)));
        transport = new DetachedTransport();
        netty = new EmbeddedChannel(new HttpRequestDecoder(), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(final ChannelHandlerContext context, final Object message) {
                if (message instanceof final HttpRequest request) {
                    final Map<String, List<String>> parameters = new QueryStringDecoder(request.uri()).parameters();
                    sum += Long.parseLong(parameters.get("user_id").get(0));
                    sum += Integer.parseInt(parameters.get("item_id").get(0));
                }
                ReferenceCountUtil.release(message);
            }
        });
    }

    /**
     * The service's parser.
     *
     * @return depends on every parameter.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long service() {
        final long before = transport.checkouts();
        final long read = transport.parse(requests.retainedDuplicate());
        if (transport.checkouts() - before != BATCH) {
            throw new IllegalStateException("not all requests were parsed");
        }
        return read;
    }

    /**
     * The baseline.
     *
     * @return depends on every parameter.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long netty() {
        netty.writeInbound(requests.retainedDuplicate());
        return sum;
    }
}
