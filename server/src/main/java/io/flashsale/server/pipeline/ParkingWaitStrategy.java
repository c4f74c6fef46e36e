package io.flashsale.server.pipeline;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Parks the one consuming thread until a producer has nothing more to publish for now. The Disruptor's blocking strategy
 * wakes at the first of a run of commands, through a lock at every publish; the batch then holds one command, and the
 * others of that run wait for its sync. Here a publish costs nothing, and {@link #wake} costs one volatile read while the
 * consumer works.
 *
 * <p>For exactly one consumer, which follows the cursor.
 */
final class ParkingWaitStrategy implements WaitStrategy {
    /** Bounds what a producer that dies between publish and wake can delay. */
    private static final long LONGEST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private volatile Thread parked;

    @Override
    public long waitFor(
            final long sequence, final Sequence cursor, final Sequence dependentSequence, final SequenceBarrier barrier)
            throws AlertException {
        long available = dependentSequence.get();
        if (available >= sequence) {
            return available;
        }
        // Published before the look below: a producer that publishes after that look sees it.
        parked = Thread.currentThread();
        try {
            while ((available = dependentSequence.get()) < sequence) {
                barrier.checkAlert();
                LockSupport.parkNanos(this, LONGEST_PARK_NANOS);
            }
        } finally {
            parked = null;
        }
        return available;
    }

    /** Called by the Disruptor at every publish, and when it alerts the consumer to stop. Waking is left to {@link #wake}. */
    @Override
    public void signalAllWhenBlocking() {
        // A stop is noticed at the end of the park.
    }

    /** Wakes the consumer if it is parked. Any thread, after publishing. */
    void wake() {
        final Thread thread = parked;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
