package io.flashsale.transport;

import java.time.Duration;
import java.util.Objects;

/**
 * What the transport needs to know. Validated once, immutable.
 *
 * @param host                  address to listen on, for both ports.
 * @param port                  of the service; 0 lets the system choose.
 * @param adminPort             of health and metrics; 0 lets the system choose.
 * @param eventLoops            threads that serve connections.
 * @param backlog               connections that the kernel may queue before they are accepted.
 * @param maxConnections        open at once on the service's port; one more is closed when accepted.
 * @param maxConnectionsPerAddress of these, open at once from one address, IPv6 addresses by their /64; 0 for any number.
 * @param maxCommandsPerLoop    commands of one event loop that are not answered yet; a power of two. Beyond: 503.
 * @param requestTimeout        from a request's first byte to its last. Beyond: 408.
 * @param idleTimeout           of a connection that asks nothing. Beyond, it is closed.
 * @param retrySecret           key of the retry keys' hash.
 */
public record TransportConfig(
        String host,
        int port,
        int adminPort,
        int eventLoops,
        int backlog,
        int maxConnections,
        int maxConnectionsPerAddress,
        int maxCommandsPerLoop,
        Duration requestTimeout,
        Duration idleTimeout,
        RetrySecret retrySecret) {

    /** Open at once unless something else is said. */
    public static final int DEFAULT_CONNECTIONS = 65_536;

    private static final int MAX_PORT = 65_535;

    /** Validates. */
    public TransportConfig {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(retrySecret, "retrySecret");
        within("port", port, 0, MAX_PORT);
        within("adminPort", adminPort, 0, MAX_PORT);
        within("eventLoops", eventLoops, 1, TransportLimits.MAX_EVENT_LOOPS);
        within("backlog", backlog, 1, 1 << 20);
        within("maxConnections", maxConnections, 1, TransportLimits.MAX_CONNECTIONS_PER_LOOP);
        within("maxConnectionsPerAddress", maxConnectionsPerAddress, 0, maxConnections);
        within("maxCommandsPerLoop", maxCommandsPerLoop, 1, 1 << 20);
        positive("requestTimeout", requestTimeout);
        positive("idleTimeout", idleTimeout);
        if (Integer.bitCount(maxCommandsPerLoop) != 1) {
            throw new IllegalArgumentException("maxCommandsPerLoop must be a power of two: " + maxCommandsPerLoop);
        }
    }

    /**
     * Addresses and secret; everything else as it should be unless a measurement says otherwise.
     *
     * @param host        address to listen on.
     * @param port        of the service; 0 lets the system choose.
     * @param adminPort   of health and metrics; 0 lets the system choose.
     * @param retrySecret key of the retry keys' hash.
     * @return configuration.
     */
    public static TransportConfig of(
            final String host, final int port, final int adminPort, final RetrySecret retrySecret) {
        return new TransportConfig(
                host,
                port,
                adminPort,
                defaultEventLoops(Runtime.getRuntime().availableProcessors()),
                8192,
                DEFAULT_CONNECTIONS,
                0,
                32_768,
                Duration.ofSeconds(10),
                Duration.ofSeconds(75),
                retrySecret);
    }

    /**
     * The number of event loops that leaves cores for the pipeline's own threads.
     *
     * @param cores of the machine.
     * @return half of them, at least one, at most eight.
     */
    public static int defaultEventLoops(final int cores) {
        return Math.max(1, Math.min(8, cores / 2));
    }

    /**
     * The same with another number of event loops.
     *
     * @param loops threads.
     * @return configuration.
     */
    public TransportConfig withEventLoops(final int loops) {
        return new TransportConfig(
                host,
                port,
                adminPort,
                loops,
                backlog,
                maxConnections,
                maxConnectionsPerAddress,
                maxCommandsPerLoop,
                requestTimeout,
                idleTimeout,
                retrySecret);
    }

    /**
     * The same with other bounds.
     *
     * @param connections     open at once.
     * @param commandsPerLoop not answered yet; a power of two.
     * @return configuration.
     */
    public TransportConfig withBounds(final int connections, final int commandsPerLoop) {
        return new TransportConfig(
                host,
                port,
                adminPort,
                eventLoops,
                backlog,
                connections,
                maxConnectionsPerAddress,
                commandsPerLoop,
                requestTimeout,
                idleTimeout,
                retrySecret);
    }

    /**
     * The same with other bounds of connections.
     *
     * @param connections open at once.
     * @param perAddress  of these, from one address; 0 for any number.
     * @return configuration.
     */
    public TransportConfig withConnections(final int connections, final int perAddress) {
        return new TransportConfig(
                host,
                port,
                adminPort,
                eventLoops,
                backlog,
                connections,
                perAddress,
                maxCommandsPerLoop,
                requestTimeout,
                idleTimeout,
                retrySecret);
    }

    /**
     * The same with other time-outs.
     *
     * @param request from a request's first byte to its last.
     * @param idle    of a connection that asks nothing.
     * @return configuration.
     */
    public TransportConfig withTimeouts(final Duration request, final Duration idle) {
        return new TransportConfig(
                host,
                port,
                adminPort,
                eventLoops,
                backlog,
                maxConnections,
                maxConnectionsPerAddress,
                maxCommandsPerLoop,
                request,
                idle,
                retrySecret);
    }

    private static void within(final String name, final int value, final int least, final int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + " must be " + least + " to " + most + ": " + value);
        }
    }

    private static void positive(final String name, final Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }
}
