package io.flashsale.server.pipeline;

/** One step of the pipeline. Runs on one thread; what it throws stops the process. */
interface Stage {
    /**
     * Handles a batch.
     *
     * @param first ring sequence of the batch.
     * @param last  ring sequence of the batch, inclusive.
     */
    void onBatch(long first, long last);
}
