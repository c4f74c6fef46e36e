package io.flashsale.bench.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The baseline: Netty's own HTTP codec, and 36 constant bytes for whatever is asked. It parses, keeps and decides
 * nothing; answers are flushed once per read, as is usual.
 */
@Command(name = "bare", hidden = true, description = "The baseline server of the comparison.")
public final class BareServer implements Callable<Integer> {
    private static final byte[] BODY = "00000000-0000-8000-8000-000000000000".getBytes(US_ASCII);

    @Option(names = "--port", required = true)
    private int port;

    @Option(names = "--event-loops", defaultValue = "1")
    private int eventLoops;

    /** For picocli. */
    public BareServer() {}

    @Override
    public Integer call() throws InterruptedException {
        final boolean epoll = Epoll.isAvailable();
        final IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        final ByteBuf body = Unpooled.unreleasableBuffer(
                Unpooled.directBuffer(BODY.length).writeBytes(BODY).asReadOnly());
        final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(eventLoops, io);
        try {
            new ServerBootstrap()
                    .group(group)
                    .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                    .option(ChannelOption.SO_BACKLOG, 16_384)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(final SocketChannel channel) {
                            channel.pipeline().addLast(new HttpServerCodec(), new Constant(body));
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .sync()
                    .channel()
                    .closeFuture()
                    .sync();
        } finally {
            group.shutdownGracefully().awaitUninterruptibly();
        }
        return 0;
    }

    private static final class Constant extends SimpleChannelInboundHandler<HttpObject> {
        private final ByteBuf body;

        private Constant(final ByteBuf body) {
            this.body = body;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // A void promise reports to the pipeline.
        protected void channelRead0(final ChannelHandlerContext context, final HttpObject message) {
            if (message instanceof LastHttpContent) {
                final FullHttpResponse response =
                        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK, body.duplicate());
                response.headers().set(HttpHeaderNames.CONTENT_LENGTH, BODY.length);
                context.write(response, context.voidPromise());
            }
        }

        @Override
        public void channelReadComplete(final ChannelHandlerContext context) {
            context.flush();
        }
    }
}
