package io.flashsale.server.pipeline;

/**
 * Which stages run on which thread, and in which order. Nobody may learn of a decision before it is as durable as the policy
 * promises: the sync stands before the answers in either layout.
 */
final class StageOrder {
    private StageOrder() {}

    /**
     * The stages of each thread, in the order of the threads.
     *
     * @param layout not AUTO.
     */
    static Stage[][] of(
            final PipelineConfig.Layout layout,
            final Stage journal,
            final Stage engine,
            final Stage sync,
            final Stage answers) {
        return switch (layout) {
            case FUSED -> new Stage[][] {{journal, engine, sync, answers}};
            case PIPELINED -> new Stage[][] {{journal, sync}, {engine, answers}};
            case AUTO -> throw new IllegalArgumentException("layout must be chosen");
        };
    }
}
