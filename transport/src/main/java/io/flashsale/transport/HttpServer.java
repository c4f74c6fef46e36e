package io.flashsale.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server: the service's port and the admin port. Uses epoll where there is epoll, or else NIO.
 *
 * <p>Life: constructed, {@link #start started}, optionally {@link #drain() drained} and awaited,
 * {@link #close() closed}. The life-cycle methods are called by one thread, which is not an event loop. The admin port
 * has an event loop of its own, so that a slow scrape delays nobody's purchase.
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private static final int MAX_ADMIN_CONNECTIONS = 1024;
    private static final Duration SHUTDOWN = Duration.ofMillis(500);

    private final TransportConfig config;
    private final TransportCounters counters;
    private final Lane[] lanes;
    private final Lane adminLane;
    private final LaneWatch watch;
    private final Answers answers;
    private final Dispatcher serviceDispatcher;
    private final Dispatcher adminDispatcher;
    private final Readings readings;

    private MultiThreadIoEventLoopGroup serviceGroup;
    private MultiThreadIoEventLoopGroup adminGroup;
    private Channel serviceChannel;
    private Channel adminChannel;
    private volatile boolean closing;

    /**
     * Assigns; nothing is opened before {@link #start}.
     *
     * @param config    settings.
     * @param commands  takes commands, on event loops.
     * @param board     the open sale's figures.
     * @param admission whether commands are taken; asked for every command, on event loops.
     * @param health    composes the health report.
     * @param metrics   renders the metrics.
     */
    public HttpServer(
            final TransportConfig config,
            final CommandSink commands,
            final SaleBoard board,
            final Supplier<Admission> admission,
            final HealthSource health,
            final MetricsSource metrics) {
        this.config = config;
        final int loops = config.eventLoops();
        counters = new TransportCounters(loops + 1);
        final ConnectionLimits limits =
                new ConnectionLimits(config.maxConnections(), config.maxConnectionsPerAddress());
        lanes = new Lane[loops];
        for (int i = 0; i < loops; i++) {
            lanes[i] = new Lane(i, config, limits, config.maxCommandsPerLoop(), commands, counters.local(i));
        }
        adminLane = new Lane(
                loops, config, new ConnectionLimits(MAX_ADMIN_CONNECTIONS, 0), 1, commands, counters.local(loops));
        watch = new LaneWatch(lanes);
        answers = new Answers(lanes);
        serviceDispatcher = new Dispatcher(Endpoint.SERVICE, Replies.NOT_FOUND, commands, admission);
        adminDispatcher = new Dispatcher(Endpoint.ADMIN, Replies.ADMIN_NOT_FOUND, commands, admission);
        readings = new Readings(board, health, metrics);
    }

    /**
     * Where outcomes go.
     *
     * @return sink for the pipeline's response thread.
     */
    public AnswerSink answers() {
        return answers;
    }

    /**
     * Opens both ports. When it fails, nothing stays open.
     *
     * @param onLoop    is run first on each event loop of the service's port.
     * @param onLostLoop is run if an event loop ends before {@link #close()}, by any thread. Nobody on its connections would be
     *                  answered any more, and nobody new that is assigned to it.
     * @throws IOException if a port cannot be opened; its message names the address.
     */
    public void start(final Runnable onLoop, final Runnable onLostLoop) throws IOException {
        final IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        serviceGroup = new MultiThreadIoEventLoopGroup(lanes.length, new DefaultThreadFactory("http"), io);
        adminGroup = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("http-admin"), io);
        try {
            int next = 0;
            watch(serviceGroup, onLostLoop);
            watch(adminGroup, onLostLoop);
            for (final EventExecutor executor : serviceGroup) {
                executor.execute(onLoop);
                lanes[next++].start((EventLoop) executor);
            }
            adminLane.start(adminGroup.next());
            adminChannel = bind(adminGroup, config.adminPort(), adminDispatcher);
            serviceChannel = bind(serviceGroup, config.port(), serviceDispatcher);
        } catch (final IOException | RuntimeException e) {
            close();
            throw e;
        }
        LOG.info(
                "listening on {}:{}, health and metrics on port {}, {} event loop(s), {}",
                config.host(),
                port(),
                adminPort(),
                lanes.length,
                Epoll.isAvailable() ? "epoll" : "NIO");
    }

    /** Netty ends a loop whose own code fails, and says so in the log only. */
    private void watch(final MultiThreadIoEventLoopGroup group, final Runnable onLostLoop) {
        for (final EventExecutor executor : group) {
            executor.terminationFuture().addListener(ended -> {
                if (!closing) {
                    onLostLoop.run();
                }
            });
        }
    }

    private Channel bind(final MultiThreadIoEventLoopGroup group, final int port, final Dispatcher dispatcher)
            throws IOException {
        final InetSocketAddress address = new InetSocketAddress(config.host(), port);
        if (address.isUnresolved()) {
            throw new IOException("cannot listen on " + config.host() + ":" + port + ": unknown host");
        }
        final Class<? extends ServerChannel> type =
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        final ChannelFuture bound = new ServerBootstrap()
                .group(group, group)
                .channel(type)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, config.backlog())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(256, 1024, TransportLimits.MAX_READ))
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(TransportLimits.LOW_WATER_MARK, TransportLimits.HIGH_WATER_MARK))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        final Connection connection = new Connection(laneOf(channel.eventLoop()), dispatcher, readings);
                        channel.pipeline().addLast(connection.decoder(), connection);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + config.host() + ":" + port + ": "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        return bound.channel();
    }

    /** For tests: the first of the service's. */
    EventLoop firstLoop() {
        return lanes[0].loop();
    }

    private Lane laneOf(final EventLoop loop) {
        for (final Lane lane : lanes) {
            if (lane.loop() == loop) {
                return lane;
            }
        }
        return adminLane;
    }

    /**
     * The service's port.
     *
     * @return as bound.
     */
    public int port() {
        return ((InetSocketAddress) serviceChannel.localAddress()).getPort();
    }

    /**
     * The port of health and metrics.
     *
     * @return as bound.
     */
    public int adminPort() {
        return ((InetSocketAddress) adminChannel.localAddress()).getPort();
    }

    /**
     * What was counted.
     *
     * @return counters, readable by any thread.
     */
    public TransportCounters counters() {
        return counters;
    }

    /**
     * Whether both ports are open: only then is there something to drain.
     *
     * @return true from {@link #start} on.
     */
    public boolean isStarted() {
        return serviceChannel != null;
    }

    /**
     * Stops taking work: from here on a request gets 503 and its connection closes, also one that was on its way to a port
     * or a connection that closes now. Then the service's port is closed, and idle connections are. What is in flight is
     * answered. The admin port goes on until {@link #close()}.
     */
    public void drain() {
        for (final Lane lane : lanes) {
            lane.loop().submit(lane::refuse).awaitUninterruptibly();
        }
        new LastCalls(lanes, counters).takeIn();
        serviceChannel.close().awaitUninterruptibly();
        for (final Lane lane : lanes) {
            lane.loop().execute(lane::closeIdle);
        }
    }

    /**
     * Waits, after {@link #drain()}, until every command has its outcome. That is the pipeline's work, and no client can
     * delay it.
     *
     * @param timeout longest wait; if it is zero, this looks once.
     * @return false if it was not enough, or the calling thread was interrupted.
     */
    public boolean awaitDecided(final Duration timeout) {
        return watch.await(Lane::isDecided, timeout);
    }

    /**
     * Waits, after {@link #drain()}, until besides every answer is handed to the kernel and the client has seen the end. A
     * client that takes nothing of its answers for a second, or does not complete its request in one, is cut off.
     *
     * @param timeout longest wait; if it is zero, this looks once.
     * @return false if it was not enough, or the calling thread was interrupted.
     */
    public boolean awaitIdle(final Duration timeout) {
        final long before = counters.total(Counter.CONNECTIONS_TIMED_OUT);
        final boolean idle = watch.await(Lane::isIdle, timeout);
        final long cutOff = counters.total(Counter.CONNECTIONS_TIMED_OUT) - before;
        if (cutOff > 0) {
            LOG.info("cut off {} connection(s) whose clients did not move", cutOff);
        }
        return idle;
    }

    /** Closes all connections and both ports, and stops the event loops. Answers that come later are dropped. */
    @Override
    public void close() {
        closing = true;
        close(serviceChannel);
        close(adminChannel);
        for (final Lane lane : lanes) {
            lane.close();
        }
        adminLane.close();
        stop(serviceGroup);
        stop(adminGroup);
    }

    private static void close(final Channel channel) {
        if (channel != null) {
            channel.close().awaitUninterruptibly();
        }
    }

    private static void stop(final MultiThreadIoEventLoopGroup group) {
        if (group != null
                && !group.shutdownGracefully(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS)
                        .awaitUninterruptibly(2 * SHUTDOWN.toMillis())) {
            LOG.warn("an event loop did not stop within {}", SHUTDOWN.multipliedBy(2));
        }
    }
}
