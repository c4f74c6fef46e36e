package io.flashsale.server.pipeline;

import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import com.lmax.disruptor.util.DaemonThreadFactory;
import io.flashsale.transport.CommandSink;

/**
 * The pipeline's ring and its handler with a stage that does nothing, for benchmarks. Stands in the pipeline's package, in
 * the bench module, because nobody else needs to reach these classes. The consumer yields while it waits.
 */
public final class DetachedRing implements AutoCloseable {
    private final Disruptor<Slot> disruptor = new Disruptor<>(
            Slot::new,
            PipelineConfig.RING_SIZE,
            DaemonThreadFactory.INSTANCE,
            ProducerType.MULTI,
            new YieldingWaitStrategy());
    private final CommandRing ring = new CommandRing(disruptor.getRingBuffer(), disruptor.getRingBuffer()::getCursor);
    private volatile long reached = -1;

    /** A ring whose consumer runs. */
    public DetachedRing() {
        disruptor.handleEventsWith(new StageHandler((first, last) -> reached = last));
        disruptor.start();
    }

    /** Where commands go. Any thread. */
    public CommandSink commands() {
        return ring;
    }

    /** Spins until the stage has seen all that was published. Any thread. */
    public void await() {
        final long last = ring.published();
        while (reached < last) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        disruptor.halt();
    }
}
