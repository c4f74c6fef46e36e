package io.flashsale.server.pipeline;

import com.lmax.disruptor.EventHandler;

/**
 * Runs stages one after the other on a Disruptor thread, once a batch. The Disruptor hands over event by event; the work
 * happens at {@code endOfBatch}, because one append and one sync then serve all that came together.
 */
final class StageHandler implements EventHandler<Slot> {
    private static final long NONE = -1;

    private final Stage[] stages;
    private long first = NONE;

    StageHandler(final Stage... stages) {
        this.stages = stages.clone();
    }

    @Override
    public void onEvent(final Slot slot, final long sequence, final boolean endOfBatch) {
        if (first == NONE) {
            first = sequence;
        }
        if (endOfBatch) {
            for (final Stage stage : stages) {
                stage.onBatch(first, sequence);
            }
            first = NONE;
        }
    }
}
