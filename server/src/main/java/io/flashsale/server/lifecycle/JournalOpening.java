package io.flashsale.server.lifecycle;

import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.JournalException;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.Recovered;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.journal.SyncPolicy;
import io.flashsale.server.cli.CommandFailedException;
import io.flashsale.server.config.ServerConfig;
import java.time.Duration;
import java.util.function.Consumer;

/** Opens the journal as the settings want it, and says what a full disk lacks. */
final class JournalOpening {
    private static final Duration PROVING_INTERVAL = Duration.ofSeconds(1);

    private JournalOpening() {}

    /**
     * Continues the journal.
     *
     * @param createdMillis  the sale's time: the later of wall and journal.
     * @param failureHandler told of a failure that the journal cannot survive.
     * @throws CommandFailedException if there is too little space for a new segment.
     * @throws JournalException       if the storage fails otherwise.
     */
    static JournalWriter open(
            final ServerConfig config,
            final DataDirectory data,
            final SegmentStorage storage,
            final Recovered recovered,
            final long createdMillis,
            final Consumer<JournalException> failureHandler) {
        try {
            return JournalWriter.open(
                    storage,
                    journalConfig(config).withRetention(config.retain()),
                    recovered,
                    createdMillis,
                    failureHandler);
        } catch (final JournalException e) {
            throw data.isFull() ? data.noSpace(e) : e;
        }
    }

    /** A projector outside waits until records prove each other durable: where nobody syncs, the keeper does now and then. */
    private static JournalConfig journalConfig(final ServerConfig config) {
        final boolean nobodySyncs =
                config.syncPolicy() == SyncPolicy.NEVER && config.projector() == ServerConfig.ProjectorMode.OUTSIDE;
        return nobodySyncs
                ? JournalConfig.of(SyncPolicy.INTERVAL).withSyncInterval(PROVING_INTERVAL)
                : JournalConfig.of(config.syncPolicy());
    }
}
