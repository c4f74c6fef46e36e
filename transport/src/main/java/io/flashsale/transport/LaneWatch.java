package io.flashsale.transport;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Asks all lanes, each on its own event loop, until a condition holds for all. Not for an event loop. */
final class LaneWatch {
    private static final Duration PAUSE = Duration.ofMillis(2);

    /** An event loop is asked at least once, and may be busy. */
    private static final Duration LOOP_PATIENCE = Duration.ofMillis(500);

    private final Lane[] lanes;

    LaneWatch(final Lane... lanes) {
        this.lanes = lanes.clone();
    }

    /**
     * Waits until a condition holds; looks at least once.
     *
     * @return false if it took longer, or the calling thread was interrupted.
     */
    boolean await(final Predicate<Lane> condition, final Duration timeout) {
        final long begin = System.nanoTime();
        final long deadline = begin + timeout.toNanos();
        final long lastAnswer = begin + Math.max(timeout.toNanos(), LOOP_PATIENCE.toNanos());
        try {
            while (!holds(condition, lastAnswer)) {
                if (System.nanoTime() - deadline >= 0) {
                    return false;
                }
                Thread.sleep(PAUSE.toMillis());
            }
            return true;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (final TimeoutException e) {
            return false;
        } catch (final ExecutionException e) {
            throw new IllegalStateException("could not ask an event loop", e.getCause());
        }
    }

    /** Each lane is asked, also after one said no, because looking may have effects. */
    private boolean holds(final Predicate<Lane> condition, final long deadline)
            throws InterruptedException, TimeoutException, ExecutionException {
        boolean all = true;
        for (final Lane lane : lanes) {
            final long left = Math.max(0, deadline - System.nanoTime());
            all &= lane.loop().submit(() -> condition.test(lane)).get(left, TimeUnit.NANOSECONDS);
        }
        return all;
    }
}
