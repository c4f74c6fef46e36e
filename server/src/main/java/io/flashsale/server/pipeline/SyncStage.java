package io.flashsale.server.pipeline;

import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.SyncPolicy;

/** Makes a batch durable before it is answered, if the policy promises that. */
final class SyncStage implements Stage {
    private final JournalWriter journal;
    private final boolean always;

    SyncStage(final JournalWriter journal, final SyncPolicy policy) {
        this.journal = journal;
        always = policy == SyncPolicy.ALWAYS;
    }

    @Override
    public void onBatch(final long first, final long last) {
        if (always) {
            journal.sync();
        }
    }
}
