package io.flashsale.server.pipeline;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Parks the one consuming thread until a producer has nothing more to publish for now, also while commands are there: those
 * that follow at once share their sync. The Disruptor's blocking strategy wakes at the first of a run of commands, through a
 * lock at every publish; the batch then holds one command, and the others of that run wait for its sync. Here a publish costs
 * nothing, and {@link #wake} costs a volatile write and a volatile read while the consumer works.
 *
 * <p>For exactly one consumer, which follows the cursor.
 */
final class ParkingWaitStrategy implements WaitStrategy {
    /** Bounds what a producer that dies between publish and wake can delay. */
    private static final long LONGEST_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private volatile Thread parked;
    /** Somebody has published all that there was, since the last batch began. */
    private volatile boolean complete;

    @Override
    public long waitFor(
            final long sequence, final Sequence cursor, final Sequence dependentSequence, final SequenceBarrier barrier)
            throws AlertException {
        if (!complete || dependentSequence.get() < sequence) {
            park(sequence, dependentSequence, barrier);
        }
        // Before the look below: who publishes after that look and wakes has the next batch begin.
        complete = false;
        return dependentSequence.get();
    }

    private void park(final long sequence, final Sequence dependentSequence, final SequenceBarrier barrier)
            throws AlertException {
        // Published before the look below: a producer that publishes after that look sees it.
        parked = Thread.currentThread();
        try {
            boolean patient = true;
            while (dependentSequence.get() < sequence || (patient && !complete)) {
                barrier.checkAlert();
                final long begin = System.nanoTime();
                LockSupport.parkNanos(this, LONGEST_PARK_NANOS);
                patient = System.nanoTime() - begin < LONGEST_PARK_NANOS / 2;
            }
        } finally {
            parked = null;
        }
    }

    /** Called by the Disruptor at every publish, and when it alerts the consumer to stop. Waking is left to {@link #wake}. */
    @Override
    public void signalAllWhenBlocking() {
        // A stop is noticed at the end of the park.
    }

    /** Lets a batch begin, and wakes the consumer if it is parked. Any thread, after publishing. */
    void wake() {
        complete = true;
        final Thread thread = parked;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }
}
