package io.flashsale.server.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SaleClockTest {
    private static final long NANOS = 1_000_000;
    private static final long START = 1_700_000_000_000L;

    private long wallMillis = START;
    private long monotonicMillis = 5;

    private SaleClock clock(final long lastJournaledMillis) {
        return new SaleClock(() -> wallMillis * NANOS, () -> monotonicMillis * NANOS, lastJournaledMillis);
    }

    private void pass(final long millis) {
        wallMillis += millis;
        monotonicMillis += millis;
    }

    @Test
    void shouldFollowAWallClockThatAgrees() {
        final SaleClock clock = clock(0);
        pass(1_500);
        assertEquals(START + 1_500, clock.read());
        assertEquals(0, clock.driftMillis());
    }

    @Test
    void shouldStartAtTheLastJournaledTimeIfThatIsLater() {
        final SaleClock clock = clock(START + 60_000);
        assertEquals(START + 60_000, clock.read());
        assertEquals(60_000, clock.driftMillis());
    }

    @Test
    void shouldRunAtNineTenthsUntilTheWallHasCaughtUp() {
        final SaleClock clock = clock(START + 1_000);
        pass(5_000);
        assertEquals(START + 1_000 + 4_500, clock.read());
        pass(5_000);
        assertEquals(START + 10_000, clock.read());
        pass(5_000);
        assertEquals(START + 15_000, clock.read());
    }

    @Test
    void shouldGainAtMostATenthAfterAStepForwards() {
        final SaleClock clock = clock(0);
        wallMillis += 3_600_000;
        pass(10_000);
        assertEquals(START + 11_000, clock.read());
        assertTrue(clock.driftMillis() < -SaleClock.REPORTED_DRIFT_MILLIS);
    }

    @Test
    void shouldNeverGoBackAfterAStepBackwards() {
        final SaleClock clock = clock(0);
        long last = clock.read();
        wallMillis -= 3_600_000;
        for (int i = 0; i < 1_000; i++) {
            pass(7);
            final long now = clock.read();
            assertTrue(now > last, "time stood still at " + now);
            last = now;
        }
        assertEquals(START + 6_300, last);
    }

    @Test
    void shouldNotLoseFractionsWhenReadVeryOften() {
        final SaleClock clock = new SaleClock(() -> wallMillis * NANOS + monotonicNanos, () -> monotonicNanos, 0);
        for (int i = 0; i < 1_000_000; i++) {
            monotonicNanos += 1_003;
            clock.read();
        }
        assertEquals(START + 1_003, clock.read());
    }

    private long monotonicNanos;

    @Test
    void shouldEstimateBetweenReadings() {
        final SaleClock clock = clock(0);
        pass(40);
        assertEquals(START + 40, clock.estimate());
    }
}
