package io.flashsale.bench.load;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What to send, where, and when to stop. Immutable; checked when it is built.
 *
 * @param target           the server; resolved. Loopback, unless {@code allowRemote}.
 * @param allowRemote      whether a target that is not loopback is accepted.
 * @param connections      keep-alive connections.
 * @param depth            most unanswered requests of one connection.
 * @param threads          selector threads, among which connections, rate and attempts are divided.
 * @param users            users are drawn from 1 to this.
 * @param items            items are drawn from 0 to this, exclusive.
 * @param mix              in which shares things are asked for.
 * @param attempts         stop after this many checkouts; 0: no such limit.
 * @param duration         stop after this long; zero: no such limit.
 * @param rate             requests per second, checkouts and purchases together (open loop); 0: closed loop.
 * @param seed             of every random choice.
 * @param reconnect        whether a connection that ends is opened again.
 * @param reconnectTimeout how long to try before a connection is given up.
 * @param answerTimeout    a connection whose oldest request waits longer is closed.
 * @param drainTimeout     how long to go on after the stop, to buy with the codes received and to read the answers.
 */
public record LoadConfig(
        InetSocketAddress target,
        boolean allowRemote,
        int connections,
        int depth,
        int threads,
        long users,
        int items,
        TrafficMix mix,
        long attempts,
        Duration duration,
        double rate,
        long seed,
        boolean reconnect,
        Duration reconnectTimeout,
        Duration answerTimeout,
        Duration drainTimeout) {

    /** Most connections: beyond this the client's descriptors, not the server, are what is measured. */
    public static final int MAX_CONNECTIONS = 16_384;
    /** Most unanswered requests of a connection: far beyond what the server reads ahead. */
    public static final int MAX_DEPTH = 1_024;
    /** Most selector threads. */
    public static final int MAX_THREADS = 64;
    /** Highest user id that can be drawn. */
    public static final long MAX_USERS = 1L << 61;
    /** Highest rate: a planned time is in nanoseconds. */
    public static final double MAX_RATE = 10_000_000;

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException naming the value and what is allowed.
     */
    public LoadConfig {
        require(!target.isUnresolved(), "target", target.getHostString(), "a host name that resolves");
        require(
                allowRemote || target.getAddress().isLoopbackAddress(),
                "target",
                target.getHostString(),
                "a loopback address, unless remote targets are allowed explicitly");
        requireRange("connections", connections, 1, MAX_CONNECTIONS);
        requireRange("depth", depth, 1, MAX_DEPTH);
        requireRange("threads", threads, 1, Math.min(MAX_THREADS, connections));
        requireRange("users", users, 1, MAX_USERS);
        requireRange("items", items, 1, Integer.MAX_VALUE);
        requireRange("attempts", attempts, 0, Long.MAX_VALUE);
        require(!duration.isNegative(), "seconds", duration, "a positive duration");
        require(rate >= 0 && rate <= MAX_RATE, "rate", rate, "0 (closed loop) to " + (long) MAX_RATE);
        require(
                attempts > 0 || !duration.isZero(),
                "attempts and seconds",
                "both unset",
                "at least one of them, or the load would never end");
        requirePositive("reconnect time-out", reconnectTimeout);
        requirePositive("answer time-out", answerTimeout);
        requirePositive("drain time-out", drainTimeout);
    }

    /**
     * A builder whose defaults are 64 connections, depth 1, one thread, a million users, 10,000 items, every code
     * bought, closed loop. A limit, attempts or duration, must be given.
     *
     * @param target resolved address of the server.
     * @return the builder.
     */
    public static Builder to(final InetSocketAddress target) {
        return new Builder(target);
    }

    /**
     * Whether requests are sent at planned times.
     *
     * @return true if there is a rate.
     */
    public boolean isOpenLoop() {
        return rate > 0;
    }

    private static void requireRange(final String name, final long value, final long least, final long most) {
        require(value >= least && value <= most, name, value, least + " to " + most);
    }

    private static void requirePositive(final String name, final Duration value) {
        require(!value.isNegative() && !value.isZero(), name, value, "a positive duration");
    }

    static void require(final boolean ok, final String name, final Object value, final String allowed) {
        if (!ok) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: " + allowed);
        }
    }

    /** Collects the values of a {@link LoadConfig}; one thread. Setters are named as the values are. */
    public static final class Builder {
        private final InetSocketAddress target;
        private boolean allowRemote;
        private int connections = 64;
        private int depth = 1;
        private int threads = 1;
        private long users = 1_000_000;
        private int items = 10_000;
        private TrafficMix mix = TrafficMix.PURCHASE_HEAVY;
        private long attempts;
        private Duration duration = Duration.ZERO;
        private double rate;
        private long seed = 1;
        private boolean reconnect;
        private Duration reconnectTimeout = Duration.ofSeconds(30);
        private Duration answerTimeout = Duration.ofSeconds(10);
        private Duration drainTimeout = Duration.ofSeconds(10);

        private Builder(final InetSocketAddress target) {
            this.target = target;
        }

        public Builder allowRemote(final boolean value) {
            allowRemote = value;
            return this;
        }

        public Builder connections(final int value) {
            connections = value;
            return this;
        }

        public Builder depth(final int value) {
            depth = value;
            return this;
        }

        public Builder threads(final int value) {
            threads = value;
            return this;
        }

        public Builder users(final long value) {
            users = value;
            return this;
        }

        public Builder items(final int value) {
            items = value;
            return this;
        }

        public Builder purchaseShare(final double value) {
            mix = mix.withPurchaseShare(value);
            return this;
        }

        public Builder mix(final TrafficMix value) {
            mix = value;
            return this;
        }

        public Builder attempts(final long value) {
            attempts = value;
            return this;
        }

        public Builder duration(final Duration value) {
            duration = value;
            return this;
        }

        public Builder rate(final double value) {
            rate = value;
            return this;
        }

        public Builder seed(final long value) {
            seed = value;
            return this;
        }

        public Builder reconnect(final boolean value) {
            reconnect = value;
            return this;
        }

        public Builder reconnectTimeout(final Duration value) {
            reconnectTimeout = value;
            return this;
        }

        public Builder answerTimeout(final Duration value) {
            answerTimeout = value;
            return this;
        }

        public Builder drainTimeout(final Duration value) {
            drainTimeout = value;
            return this;
        }

        /**
         * Checks and freezes the values.
         *
         * @return the configuration.
         * @throws IllegalArgumentException naming the first value that is not allowed.
         */
        public LoadConfig build() {
            return new LoadConfig(
                    target,
                    allowRemote,
                    connections,
                    depth,
                    threads,
                    users,
                    items,
                    mix,
                    attempts,
                    duration,
                    rate,
                    seed,
                    reconnect,
                    reconnectTimeout,
                    answerTimeout,
                    drainTimeout);
        }
    }
}
