package io.flashsale.projector;

import io.flashsale.engine.SnapshotFormatException;
import io.flashsale.journal.JournalSegments;
import io.flashsale.journal.JournalSegments.Segment;
import io.flashsale.journal.JournalSegments.Unfinished;
import io.flashsale.journal.SegmentStorage;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.agrona.concurrent.EpochClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what is not needed any more: segments that are old enough, projected, and replaced by a snapshot; unfinished
 * starts; snapshots that nobody will start from.
 *
 * <p>The oldest segment that is kept begins right behind a snapshot, so everything that is left can be replayed. That
 * snapshot is read and proven before anything is deleted, and kept as long as the segment.
 *
 * <p>For one thread of the process that writes the journal.
 */
public final class JournalRetention {
    private static final Logger LOG = LoggerFactory.getLogger(JournalRetention.class);

    private final SegmentStorage storage;
    private final SnapshotStore snapshots;
    private final long retainMillis;
    private final LongSupplier projectedThrough;
    private final EpochClock clock;

    /**
     * Assigns.
     *
     * @param storage          of the journal.
     * @param snapshots        of the journal.
     * @param retain           how old everything in a segment must be.
     * @param projectedThrough last sequence whose rows are known to be committed; {@link Long#MAX_VALUE} if nobody
     *                         projects.
     * @param clock            that ages are told by.
     */
    public JournalRetention(
            final SegmentStorage storage,
            final SnapshotStore snapshots,
            final Duration retain,
            final LongSupplier projectedThrough,
            final EpochClock clock) {
        this.storage = storage;
        this.snapshots = snapshots;
        this.retainMillis = retain.toMillis();
        this.projectedThrough = projectedThrough;
        this.clock = clock;
    }

    /**
     * Looks once.
     *
     * @return segments deleted, unfinished starts included.
     * @throws IOException if something cannot be deleted: it is tried again with the next look.
     */
    public int run() throws IOException {
        final JournalSegments journal = JournalSegments.of(storage);
        final List<Unfinished> unfinished = journal.deleteUnfinished();
        for (final Unfinished start : unfinished) {
            LOG.info("deleted {}, an unfinished start of {} bytes", storage.name(start.number()), start.bytes());
        }
        final Segment oldest = oldestToKeep(journal.segments());
        final List<Long> deleted = oldest == null ? List.of() : journal.deleteBefore(oldest);
        if (!deleted.isEmpty()) {
            LOG.info("deleted {}: the journal now begins with sequence {}", names(deleted), oldest.firstSequence());
        }
        final Set<Long> beginnings = new HashSet<>();
        for (final Segment segment : journal.segments()) {
            if (oldest == null || segment.number() >= oldest.number()) {
                beginnings.add(segment.firstSequence() - 1);
            }
        }
        snapshots.prune(beginnings);
        return unfinished.size() + deleted.size();
    }

    private List<String> names(final List<Long> numbers) {
        return numbers.stream().map(storage::name).toList();
    }

    /** The newest segment before which everything may go, or null if nothing may. */
    private Segment oldestToKeep(final List<Segment> segments) throws IOException {
        final long now = clock.time();
        final long projected = projectedThrough.getAsLong();
        int last = 0;
        while (last + 1 < segments.size()
                && now - segments.get(last + 1).createdMillis() >= retainMillis
                && segments.get(last + 1).firstSequence() - 1 <= projected) {
            last++;
        }
        for (int i = last; i > 0; i--) {
            if (hasSnapshot(segments.get(i).firstSequence() - 1)) {
                return segments.get(i);
            }
        }
        return null;
    }

    private boolean hasSnapshot(final long sequence) throws IOException {
        if (sequence == 0) {
            return true;
        }
        for (final SnapshotHeader header : snapshots.list()) {
            if (header.sequence() == sequence) {
                try {
                    snapshots.load(header);
                    return true;
                } catch (final SnapshotFormatException e) {
                    LOG.warn("snapshot {} is corrupt, and segments are kept for it: {}", header.file(), e.getMessage());
                }
            }
        }
        return false;
    }
}
