package io.flashsale.server.recovery;

import io.flashsale.engine.SaleEngine;
import io.flashsale.journal.Evidence;
import io.flashsale.journal.JournalCorruptException;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.Recovered;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.projector.ReplayStart;
import io.flashsale.projector.SnapshotStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a start made of snapshots and journal.
 *
 * @param engine  with the state after the journal's last command.
 * @param journal what was found in it.
 * @param start   where the replay began.
 * @param nanos   that it took.
 */
public record EngineRecovery(SaleEngine engine, Recovered journal, ReplayStart start, long nanos) {
    private static final double NANOS_PER_SECOND = 1e9;

    /**
     * Restores the newest snapshot that is whole and replays what follows. Writes nothing.
     *
     * @param storage   of the journal.
     * @param snapshots of the same journal. The newest also proves how far the journal was durable.
     * @param marks     other evidence.
     * @return the engine and how it came about.
     * @throws JournalCorruptException      if durable entries are damaged or missing, or a snapshot or a mark is newer
     *                                      than the journal.
     * @throws UnreplayableJournalException if this build decides otherwise than the live run did.
     * @throws IOException                  if the snapshots cannot be read.
     */
    public static EngineRecovery run(
            final SegmentStorage storage, final SnapshotStore snapshots, final List<Evidence> marks)
            throws IOException {
        final long begin = System.nanoTime();
        final List<Evidence> evidence = new ArrayList<>(marks);
        evidence.addAll(snapshots.evidence());
        final ReplayStart start = ReplayStart.newest(storage, snapshots, Long.MAX_VALUE);
        final Replica replica = new Replica(start.engine(), Replica.DecisionListener.NONE);
        final Recovered journal = JournalRecovery.recover(storage, start.fromSequence(), evidence, replica);
        return new EngineRecovery(replica.engine(), journal, start, System.nanoTime() - begin);
    }

    /**
     * How it went, for the operator.
     *
     * @return one line.
     */
    public String describe() {
        if (journal.journalId() == 0) {
            return "nothing to recover";
        }
        final StringBuilder line = new StringBuilder();
        if (start.snapshot() != null) {
            line.append(String.format(Locale.ROOT, "snapshot of sequence %,d, ", start.fromSequence() - 1));
        }
        line.append(String.format(
                Locale.ROOT,
                "%,d records verified, %,d commands replayed (%,.0f/s), %s",
                journal.records(),
                journal.commands(),
                journal.commands() / Math.max(nanos / NANOS_PER_SECOND, 1e-9),
                journal.cleanEnd() ? "clean end" : "unclean end"));
        if (journal.cutReport() != null) {
            line.append("; ").append(journal.cutReport());
        }
        journal.unfinished().forEach(ignored -> line.append("; ").append(ignored));
        start.rejected().forEach(rejected -> line.append("; ").append(rejected));
        return line.toString();
    }
}
