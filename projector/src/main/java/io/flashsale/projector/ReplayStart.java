package io.flashsale.projector;

import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SnapshotFormatException;
import io.flashsale.journal.JournalCorruptException;
import io.flashsale.journal.JournalException;
import io.flashsale.journal.JournalSegments;
import io.flashsale.journal.SegmentStorage;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An engine from which the journal can be replayed: restored from a snapshot, or new where the journal begins with its
 * first command.
 *
 * @param engine   to apply what follows to.
 * @param fromSequence the first sequence to replay, 1 without a snapshot.
 * @param snapshot that it was restored from, or null for a new one.
 * @param rejected snapshots that were tried before and are damaged, in words.
 */
public record ReplayStart(SaleEngine engine, long fromSequence, Path snapshot, List<String> rejected) {
    private static ReplayStart of(final SaleEngine engine, final Path snapshot, final List<String> rejected) {
        return new ReplayStart(engine, engine.lastSequence() + 1, snapshot, List.copyOf(rejected));
    }

    /**
     * The start that leaves least to replay.
     *
     * @param storage   of the journal.
     * @param snapshots of the same journal.
     * @param through   the state must not be newer than the one after this sequence.
     * @return a start.
     * @throws IOException              if the snapshots cannot be read.
     * @throws JournalCorruptException if the journal's beginning is gone and no snapshot replaces it.
     */
    public static ReplayStart newest(final SegmentStorage storage, final SnapshotStore snapshots, final long through)
            throws IOException {
        return choose(JournalSegments.of(storage), snapshots, through);
    }

    /**
     * The start from which everything that the journal still holds is replayed, or as much of it as can be.
     *
     * @param storage   of the journal.
     * @param snapshots of the same journal.
     * @return a start: a new engine if nothing was deleted from the journal.
     * @throws IOException              if the snapshots cannot be read.
     * @throws JournalCorruptException if the journal's beginning is gone and no snapshot replaces it.
     */
    public static ReplayStart oldest(final SegmentStorage storage, final SnapshotStore snapshots) throws IOException {
        final JournalSegments segments = JournalSegments.of(storage);
        if (segments.oldestSequence() == 1) {
            return of(new SaleEngine(), null, List.of());
        }
        final List<SnapshotHeader> headers = snapshots.list();
        final List<String> rejected = new ArrayList<>();
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.get(i).sequence() >= segments.oldestSequence() - 1) {
                final SaleEngine engine = tryLoad(segments, snapshots, headers.get(i), rejected);
                if (engine != null) {
                    return of(engine, headers.get(i).file(), rejected);
                }
            }
        }
        throw noStart(segments, Long.MAX_VALUE, rejected);
    }

    private static ReplayStart choose(final JournalSegments segments, final SnapshotStore snapshots, final long through)
            throws IOException {
        final List<String> rejected = new ArrayList<>();
        for (final SnapshotHeader header : snapshots.list()) {
            if (header.sequence() >= segments.oldestSequence() - 1 && header.sequence() <= through) {
                final SaleEngine engine = tryLoad(segments, snapshots, header, rejected);
                if (engine != null) {
                    return of(engine, header.file(), rejected);
                }
            }
        }
        if (segments.oldestSequence() == 1) {
            return of(new SaleEngine(), null, rejected);
        }
        throw noStart(segments, through, rejected);
    }

    private static SaleEngine tryLoad(
            final JournalSegments segments,
            final SnapshotStore snapshots,
            final SnapshotHeader header,
            final List<String> rejected)
            throws IOException {
        if (header.isWhole() && segments.journalId() != 0 && header.journalId() != segments.journalId()) {
            throw new JournalException("snapshot " + header.file() + " was taken of journal "
                    + JournalIds.text(header.journalId()) + ", not of journal "
                    + JournalIds.text(segments.journalId()) + " beside it: bring together what belongs together");
        }
        try {
            return snapshots.load(header);
        } catch (final SnapshotFormatException e) {
            rejected.add("snapshot " + header.file() + " is corrupt: " + e.getMessage());
        } catch (final NoSuchFileException e) {
            // The service has replaced it meanwhile.
        }
        return null;
    }

    private static JournalCorruptException noStart(
            final JournalSegments segments, final long through, final List<String> rejected) {
        final String before = through == Long.MAX_VALUE ? "" : " at or before sequence " + through;
        final String why = rejected.isEmpty() ? "" : " (" + String.join("; ", rejected) + ")";
        return new JournalCorruptException("the journal begins with sequence " + segments.oldestSequence()
                + ", and there is no snapshot to start from" + before + why
                + ": restore a snapshot, or the older segments");
    }
}
