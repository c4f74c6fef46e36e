package io.flashsale.bench.load;

/**
 * When the requests of one open-loop thread are due: every {@code threads}-th of an even series, so that the threads
 * together keep the rate. Times are {@link System#nanoTime()}. One thread.
 */
final class SendSchedule {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long startNanos;
    private final double nanosPerRequest;
    private final int thread;
    private final int threads;
    private long taken;

    SendSchedule(final long startNanos, final double rate, final int thread, final int threads) {
        this.startNanos = startNanos;
        this.nanosPerRequest = NANOS_PER_SECOND / rate;
        this.thread = thread;
        this.threads = threads;
    }

    /** Planned time of the next request. */
    long next() {
        return startNanos + (long) ((taken * threads + thread) * nanosPerRequest);
    }

    void take() {
        taken++;
    }

    /**
     * Gives up the requests that are due at a time.
     *
     * @param nanos the time.
     * @return how many.
     */
    long skipThrough(final long nanos) {
        final long before = taken;
        while (next() - nanos <= 0) {
            taken++;
        }
        return taken - before;
    }
}
