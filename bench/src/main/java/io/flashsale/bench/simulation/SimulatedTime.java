package io.flashsale.bench.simulation;

/** A wall clock that steps and a monotonic one that does not. For one thread. */
final class SimulatedTime {
    static final long NANOS_PER_MILLI = 1_000_000;

    private long wallNanos;
    private long monotonicNanos;

    SimulatedTime(final long epochMillis) {
        wallNanos = epochMillis * NANOS_PER_MILLI;
    }

    void advance(final long nanos) {
        wallNanos += nanos;
        monotonicNanos += nanos;
    }

    /** The wall clock alone. */
    void step(final long millis) {
        wallNanos += millis * NANOS_PER_MILLI;
    }

    long wallNanos() {
        return wallNanos;
    }

    long monotonicNanos() {
        return monotonicNanos;
    }
}
