package io.flashsale.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SaleYieldTest {
    private static final long TOOK = TimeUnit.MILLISECONDS.toNanos(50);

    private long now = 7;
    private double journaled = 1_000;

    private final SaleYield saleYield = new SaleYield(() -> (long) journaled, () -> now);

    private void pass(final long nanos, final long commandsPerSecond) {
        now += nanos;
        journaled += commandsPerSecond * (nanos / 1e9);
    }

    /** How long the projector pauses in all behind a transaction, at a rate. */
    private long pauseAfterTransaction(final long commandsPerSecond, final long lag) {
        return pauseAfterTransaction(TOOK, commandsPerSecond, lag);
    }

    private long pauseAfterTransaction(final long took, final long commandsPerSecond, final long lag) {
        saleYield.begin();
        pass(took, commandsPerSecond);
        saleYield.end();
        final long end = now;
        while (true) {
            final long pause = saleYield.pauseNanos((long) journaled - lag);
            if (pause == 0) {
                return now - end;
            }
            assertTrue(now - end < TimeUnit.SECONDS.toNanos(9), "it pauses for ever");
            pass(pause, commandsPerSecond);
        }
    }

    @Test
    void shouldWorkWithoutPauseWhileTheSaleIsCalm() {
        assertEquals(0, pauseAfterTransaction(0, 0));
        assertEquals(0, pauseAfterTransaction(SaleYield.BUSY_RATE - 1_000, 5_000));
    }

    @Test
    void shouldPauseManyTimesAsLongAsItWorkedWhileTheSaleIsBusy() {
        assertEquals(29 * TOOK, pauseAfterTransaction(SaleYield.BUSY_RATE + 1_000, 5_000));
        assertEquals(29 * TOOK, pauseAfterTransaction(1_000_000, 5_000));
    }

    @Test
    void shouldNotPauseForMinutesBehindATransactionThatWaitedForADisk() {
        assertEquals(SaleYield.LONGEST_PAUSE_NANOS, pauseAfterTransaction(TimeUnit.SECONDS.toNanos(30), 60_000, 5_000));
    }

    @Test
    void shouldGoOnAsSoonAsTheSaleCalmsDown() {
        saleYield.begin();
        pass(TOOK, 100_000);
        saleYield.end();
        final long pause = saleYield.pauseNanos(0);
        assertEquals(SaleYield.SLICE_NANOS, pause);
        pass(pause, 0);
        assertEquals(0, saleYield.pauseNanos(0));
    }

    @Test
    void shouldNotPauseWhenThereIsMuchToMakeUpFor() {
        assertEquals(0, pauseAfterTransaction(100_000, SaleYield.LONGEST_LAG + 1));
    }
}
