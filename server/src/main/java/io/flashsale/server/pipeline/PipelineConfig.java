package io.flashsale.server.pipeline;

/**
 * How the pipeline runs.
 *
 * @param ringSize         slots; a power of two. 65,536 hold about half a second of the fastest load seen.
 * @param layout           which stages share a thread.
 * @param waiting          how a thread waits for work.
 * @param idleTickMillis   a tick is published when nothing else was for this long.
 * @param checkpointMillis how often a checkpoint is published while commands arrive.
 */
public record PipelineConfig(int ringSize, Layout layout, Wait waiting, int idleTickMillis, int checkpointMillis) {
    /** Slots of the service's ring. */
    public static final int RING_SIZE = 65_536;

    /** Below this many cores threads share: measured, see the decision record on threads. */
    private static final int MANY_CORES = 8;

    /** Which stages share a thread. */
    public enum Layout {
        /** Chosen by the number of cores. */
        AUTO,
        /** All on one. */
        FUSED,
        /** Journal and sync on one, engine and answers on the next. */
        PIPELINED
    }

    /** How a thread waits for work. */
    public enum Wait {
        /** Chosen by the number of cores. */
        AUTO,
        /** Sleeps until it is woken; takes no CPU. */
        BLOCKING,
        /** Spins, then yields. */
        YIELDING,
        /** Spins; for machines with a core to spare for each thread. */
        BUSY_SPIN
    }

    /**
     * The service's configuration.
     *
     * @param layout or AUTO.
     * @param wait   or AUTO.
     * @param cores  of the machine.
     * @return a configuration without AUTO.
     */
    public static PipelineConfig of(final Layout layout, final Wait wait, final int cores) {
        final boolean many = cores >= MANY_CORES;
        return new PipelineConfig(
                RING_SIZE,
                layout != Layout.AUTO ? layout : many ? Layout.PIPELINED : Layout.FUSED,
                wait != Wait.AUTO ? wait : many ? Wait.YIELDING : Wait.BLOCKING,
                1_000,
                10_000);
    }
}
