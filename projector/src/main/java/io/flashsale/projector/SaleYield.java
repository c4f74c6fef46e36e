package io.flashsale.projector;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.agrona.concurrent.NanoClock;

/**
 * Leaves the CPUs to a sale that shares them: after each transaction, for as long as commands come thick and fast, a pause of
 * several times what it took. A transaction after a pause has as many commands as one may have, so that they become few, and rows
 * may come later where answers may not. A fifth of a second's calm ends the pause; a lag that would take long to make up for
 * allows none, and no pause is so long that a PostgreSQL which is gone would not be noticed.
 *
 * <p>For one thread.
 */
final class SaleYield {
    /** Commands a second from which on a sale wants the CPUs for itself. */
    static final long BUSY_RATE = 20_000;

    /** For so many times as long as a transaction took there is no other. */
    static final int PAUSE_FACTOR = 29;

    /** Eight seconds of work where 300,000 rows a second are written: within the time that a stop has by default. */
    static final long LONGEST_LAG = 2_500_000;

    /** What took long waited for something else than a CPU. */
    static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Longer than a disk or a collection stands still: that is no calm. Shorter than anybody waits for rows. */
    static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final LongSupplier journaled;
    private final NanoClock clock;
    private long beganAt;
    private long pauseUntil;
    private long lookedAt;
    private long seen;

    /**
     * Assigns.
     *
     * @param journaled last sequence in the journal; one that never changes is of a sale that is never busy.
     * @param clock     monotonic.
     */
    SaleYield(final LongSupplier journaled, final NanoClock clock) {
        this.journaled = journaled;
        this.clock = clock;
    }

    /** A transaction begins: from here on time and commands are counted. */
    void begin() {
        beganAt = clock.nanoTime();
        lookedAt = beganAt;
        seen = journaled.getAsLong();
    }

    /** It has ended. */
    void end() {
        final long now = clock.nanoTime();
        pauseUntil = now + Math.min(PAUSE_FACTOR * (now - beganAt), LONGEST_PAUSE_NANOS);
    }

    /**
     * How long to pause now, before asking again.
     *
     * @param projected last sequence that has its rows.
     * @return 0 to go on.
     */
    long pauseNanos(final long projected) {
        final long now = clock.nanoTime();
        final long left = pauseUntil - now;
        if (left <= 0 || !isBusy(now) || seen - projected > LONGEST_LAG) {
            return 0;
        }
        return Math.min(left, SLICE_NANOS);
    }

    private boolean isBusy(final long now) {
        final long sequence = journaled.getAsLong();
        final double seconds = (now - lookedAt) / (double) TimeUnit.SECONDS.toNanos(1);
        final boolean busy = sequence - seen >= BUSY_RATE * seconds;
        lookedAt = now;
        seen = sequence;
        return busy;
    }
}
