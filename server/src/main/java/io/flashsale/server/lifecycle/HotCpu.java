package io.flashsale.server.lifecycle;

import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.pipeline.PipelineConfig;
import java.util.BitSet;
import net.openhft.affinity.Affinity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The CPU that the event loop and the pipeline's thread stay on, on a machine that has no core for each.
 *
 * <p>The two hand over to each other a thousand times a second and more, and hardly ever run at once: while one decodes or
 * sends, the other waits for the disk. Left alone, the scheduler puts the event loop behind whoever woke it, on the same CPU as
 * a client, and leaves the other CPU idle. Together on one, neither waits for anybody else, and waking costs no interrupt.
 */
final class HotCpu {
    private static final Logger LOG = LoggerFactory.getLogger(HotCpu.class);

    /** From here on there is a core for the event loop and one for the pipeline. */
    private static final int ENOUGH_CPUS = 4;

    private static final int NONE = -1;

    private final int cpu;

    private HotCpu(final int cpu) {
        this.cpu = cpu;
    }

    /** Chooses among the CPUs that this process may use. */
    static HotCpu choose(final ServerConfig config) {
        if (config.pinning() == ServerConfig.Pinning.NONE) {
            return new HotCpu(NONE);
        }
        try {
            return choose(config, Affinity.getAffinity());
        } catch (final RuntimeException | LinkageError e) {
            LOG.warn("threads are not pinned: this process's CPUs are not known", e);
            return new HotCpu(NONE);
        }
    }

    /** Whether whatever else runs takes its time from event loop and pipeline. */
    static boolean areFew() {
        return Runtime.getRuntime().availableProcessors() < ENOUGH_CPUS;
    }

    /** The last one, since interrupts mostly go to the first; or none. */
    static HotCpu choose(final ServerConfig config, final BitSet allowed) {
        final int count = allowed.cardinality();
        final boolean pins = config.pinning() == ServerConfig.Pinning.AUTO
                && config.eventLoops() == 1
                && config.pipeline().layout() == PipelineConfig.Layout.FUSED
                && count > 1
                && count < ENOUGH_CPUS;
        return new HotCpu(pins ? allowed.length() - 1 : NONE);
    }

    /** Has the calling thread run there only. What goes wrong costs speed, and nothing else. */
    void pinCaller() {
        if (cpu == NONE) {
            return;
        }
        final BitSet only = new BitSet();
        only.set(cpu);
        try {
            Affinity.setAffinity(only);
        } catch (final RuntimeException | LinkageError e) {
            LOG.warn("{} is not pinned to CPU {}", Thread.currentThread().getName(), cpu, e);
        }
    }

    /** For the start's report. */
    @Override
    public String toString() {
        return cpu == NONE ? "not pinned" : "pinned to CPU " + cpu;
    }
}
