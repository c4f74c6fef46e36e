package io.flashsale.server.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.SequenceBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a batch begins, on a real ring. */
@Timeout(30)
class ParkingWaitStrategyTest {
    /** Half of the longest park, and a little less. */
    private static final long A_PARK_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private static final int ROUNDS = 100;

    private final ParkingWaitStrategy strategy = new ParkingWaitStrategy();
    private final RingBuffer<Slot> ring = RingBuffer.createMultiProducer(Slot::new, 64, strategy);
    private final SequenceBarrier barrier = ring.newBarrier();

    private void publish(final int commands) {
        for (int i = 0; i < commands; i++) {
            ring.publish(ring.next());
        }
    }

    private long nanosUntilBatch(final long sequence, final long lastExpected) throws Exception {
        final long begin = System.nanoTime();
        assertEquals(lastExpected, barrier.waitFor(sequence));
        return System.nanoTime() - begin;
    }

    @Test
    void shouldTakeAllThatWasPublishedBeforeAWake() throws Exception {
        publish(3);
        strategy.wake();
        assertEquals(2, barrier.waitFor(0));
    }

    @Test
    void shouldWaitForTheRestOfARunButNotForEver() throws Exception {
        publish(3);
        final long waited = nanosUntilBatch(0, 2);
        assertTrue(waited > A_PARK_NANOS, waited + " ns");
    }

    @Test
    void shouldNotBeginTwoBatchesForOneWake() throws Exception {
        publish(3);
        strategy.wake();
        assertEquals(2, barrier.waitFor(0));
        publish(1);
        final long waited = nanosUntilBatch(3, 3);
        assertTrue(waited > A_PARK_NANOS, waited + " ns");
    }

    @Test
    void shouldBeWokenWhileItIsParked() throws Exception {
        int slept = 0;
        for (int round = 0; round < ROUNDS; round++) {
            final int last = 2 * round + 1;
            final Thread consumer = Thread.currentThread();
            final Thread producer = new Thread(() -> {
                while (consumer.getState() == Thread.State.RUNNABLE) {
                    LockSupport.parkNanos(1_000);
                }
                publish(1);
                publish(1);
                strategy.wake();
            });
            producer.start();
            slept += nanosUntilBatch(last, last) > A_PARK_NANOS ? 1 : 0;
            producer.join();
        }
        assertTrue(slept < ROUNDS / 2, "not woken in " + slept + " rounds");
    }

    @Test
    void shouldEndWhenItIsAlerted() {
        barrier.alert();
        assertThrows(AlertException.class, () -> barrier.waitFor(0));
    }
}
