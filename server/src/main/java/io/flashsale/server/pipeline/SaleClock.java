package io.flashsale.server.pipeline;

import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/**
 * The time that batches are stamped with: wall time, but without its steps.
 *
 * <p>It starts at the later of wall time and the last journaled time, advances with the monotonic clock, and is slewed
 * towards wall time by at most a tenth of what has elapsed. So a step of the wall clock neither expires every hold at
 * once nor freezes the sale, and a journal that is ahead of the wall runs at nine tenths of the speed until they meet.
 *
 * <p>{@link #read} belongs to one thread; the other methods may be called by any.
 */
public final class SaleClock {
    /** A disagreement with the wall clock above this is worth telling somebody. */
    public static final long REPORTED_DRIFT_MILLIS = 2_000;

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long SLEW_DIVISOR = 10;

    private final EpochNanoClock wall;
    private final NanoClock monotonic;
    private long epochNanos;
    private volatile Reading reading;

    /** One reading: what the monotonic clock said, and what that means. */
    private record Reading(long monotonicNanos, long epochMillis, long driftMillis) {}

    /**
     * Anchors the clock.
     *
     * @param wall               clock that may step.
     * @param monotonic          clock that does not.
     * @param lastJournaledMillis epoch milliseconds of the last record, or 0.
     */
    public SaleClock(final EpochNanoClock wall, final NanoClock monotonic, final long lastJournaledMillis) {
        this.wall = wall;
        this.monotonic = monotonic;
        final long wallNanos = wall.nanoTime();
        epochNanos = Math.max(wallNanos, lastJournaledMillis * NANOS_PER_MILLI);
        reading = new Reading(
                monotonic.nanoTime(), epochNanos / NANOS_PER_MILLI, (epochNanos - wallNanos) / NANOS_PER_MILLI);
    }

    /**
     * Reads the clock. For the journal's thread only.
     *
     * @return epoch milliseconds, never less than before.
     */
    public long read() {
        final Reading last = reading;
        final long now = monotonic.nanoTime();
        final long elapsed = Math.max(0, now - last.monotonicNanos);
        final long most = elapsed / SLEW_DIVISOR;
        final long drift = epochNanos + elapsed - wall.nanoTime();
        epochNanos += elapsed - Math.max(-most, Math.min(most, drift));
        final long epochMillis = epochNanos / NANOS_PER_MILLI;
        // One small object a batch: it lets other threads see the three values together.
        reading = new Reading(now, epochMillis, drift / NANOS_PER_MILLI);
        return epochMillis;
    }

    /**
     * What {@link #read} would say about now, but without slewing. For any thread.
     *
     * @return epoch milliseconds.
     */
    public long estimate() {
        final Reading last = reading;
        return last.epochMillis + Math.max(0, monotonic.nanoTime() - last.monotonicNanos) / NANOS_PER_MILLI;
    }

    /**
     * How far this clock was ahead of the wall clock when it was last read. For any thread.
     *
     * @return milliseconds; negative if behind.
     */
    public long driftMillis() {
        return reading.driftMillis;
    }
}
