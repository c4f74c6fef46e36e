package io.flashsale.projector;

import io.flashsale.engine.SaleEngine;
import io.flashsale.journal.SegmentStorage;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses where the projector's replica begins, and says what a database behind the journal's beginning goes without. */
final class RebuildStart {
    private static final Logger LOG = LoggerFactory.getLogger(RebuildStart.class);

    private RebuildStart() {}

    /**
     * The nearest start before the database's progress, or the oldest there is.
     *
     * @param snapshots of the journal, or null to begin with its first command.
     * @param oldest    sequence that the journal still holds.
     * @param progress  of the database.
     */
    static ReplayStart choose(
            final SegmentStorage storage,
            final SnapshotStore snapshots,
            final long journalId,
            final long oldest,
            final long progress) {
        try {
            if (snapshots == null) {
                return new ReplayStart(new SaleEngine(), 1, null, List.of());
            }
            if (progress >= oldest - 1) {
                return ReplayStart.newest(storage, snapshots, progress);
            }
            final ReplayStart start = ReplayStart.oldest(storage, snapshots);
            LOG.warn(
                    "PostgreSQL has journal {} through sequence {}, and the journal now begins with sequence {}: sales"
                            + " through {} cannot be rebuilt; later ones are",
                    JournalIds.text(journalId),
                    progress,
                    oldest,
                    start.engine().saleId());
            return start;
        } catch (final IOException e) {
            throw new ProjectionException("the snapshots cannot be read: " + DatabaseErrors.line(e), e);
        }
    }
}
