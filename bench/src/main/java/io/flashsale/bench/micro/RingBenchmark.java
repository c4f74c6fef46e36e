package io.flashsale.bench.micro;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import com.lmax.disruptor.util.DaemonThreadFactory;
import io.flashsale.server.pipeline.DetachedRing;
import io.flashsale.server.pipeline.PipelineConfig;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * From one thread to the next: a batch of checkouts is claimed, encoded and published one by one, and the benchmark goes on
 * when a stage that does nothing has seen the last; nanoseconds a batch. A batch of one is the hop's latency both ways, a
 * batch of 1,024 is what commands cost when they stream. Needs two free cores: with fewer it measures the scheduler.
 *
 * <p><b>Baseline:</b> a plain Disruptor of as many slots of one long, with the same wait strategy and producer type, and a
 * handler which notes the sequence at the end of a batch.
 */
public class RingBenchmark extends Microbenchmark {
    /** Commands of a batch. */
    @Param({"1", "1024"})
    int batch;

    /** The service's ring; its consumer runs only while it is measured. */
    @State(Scope.Thread)
    public static class Commands {
        private DetachedRing ring;

        /** Starts the consumer. */
        @Setup(Level.Trial)
        public void open() {
            ring = new DetachedRing();
        }

        /** Ends it. */
        @TearDown(Level.Trial)
        public void close() {
            ring.close();
        }
    }

    /** The baseline's ring; its consumer runs only while it is measured. */
    @State(Scope.Thread)
    public static class Cells {
        private final Disruptor<Cell> disruptor = new Disruptor<>(
                Cell::new,
                PipelineConfig.RING_SIZE,
                DaemonThreadFactory.INSTANCE,
                ProducerType.MULTI,
                new YieldingWaitStrategy());
        private RingBuffer<Cell> ring;
        private volatile long reached = -1;

        /** Starts the consumer. */
        @Setup(Level.Trial)
        public void open() {
            disruptor.handleEventsWith((cell, sequence, endOfBatch) -> {
                if (endOfBatch) {
                    reached = sequence;
                }
            });
            ring = disruptor.start();
        }

        /** Ends it. */
        @TearDown(Level.Trial)
        public void close() {
            disruptor.halt();
        }
    }

    /** What a plain slot holds. */
    static final class Cell {
        private long value;

        long value() {
            return value;
        }
    }

    /** The service's. */
    @Benchmark
    public void commands(final Commands state) {
        for (int i = 0; i < batch; i++) {
            if (!state.ring.commands().checkout(-1, i, i, i, 0)) {
                throw new IllegalStateException("the ring is full");
            }
        }
        state.ring.commands().endOfBatch();
        state.ring.await();
    }

    /**
     * The baseline.
     *
     * @throws InsufficientCapacityException if the ring is full.
     */
    @Benchmark
    public void plain(final Cells state) throws InsufficientCapacityException {
        long sequence = -1;
        for (int i = 0; i < batch; i++) {
            sequence = state.ring.tryNext();
            state.ring.get(sequence).value = i;
            state.ring.publish(sequence);
        }
        while (state.reached < sequence) {
            Thread.onSpinWait();
        }
    }
}
