package io.flashsale.journal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The segments that a journal consists of, as they stood when they were listed, and the only way to delete them: oldest
 * first, so that what is left is always a journal that begins later. Which may go is for the owner to decide.
 *
 * <p>Immutable; deleting is for the process that writes the journal, any one thread of it.
 */
public final class JournalSegments {
    /**
     * One segment that counts.
     *
     * @param number        of the segment.
     * @param firstSequence of the first entry that it holds, or would hold.
     * @param createdMillis when it was begun, epoch milliseconds: everything in older segments was journaled before.
     */
    public record Segment(long number, long firstSequence, long createdMillis) {}

    /**
     * An unfinished start that was deleted.
     *
     * @param number of the segment.
     * @param bytes  that it had, filled space included.
     */
    public record Unfinished(long number, long bytes) {}

    private final SegmentStorage storage;
    private final long journalId;
    private final List<Segment> segments;
    private final List<Long> succeeded;

    private JournalSegments(final SegmentStorage storage, final SegmentChain chain) {
        this.storage = storage;
        journalId = chain.links().isEmpty() ? 0 : chain.links().get(0).journalId();
        segments = chain.links().stream()
                .map(link -> new Segment(
                        link.number(), link.firstSequence(), link.start().createdMillis()))
                .toList();
        succeeded = chain.succeeded();
    }

    /**
     * Reads the first records of the segments, and no others.
     *
     * @param storage holding the segments.
     * @return what there is.
     * @throws JournalCorruptException if a segment that counts is damaged or missing.
     * @throws JournalException        if the storage fails.
     */
    public static JournalSegments of(final SegmentStorage storage) {
        return new JournalSegments(storage, SegmentChain.load(storage, 0));
    }

    /**
     * The journal's identity.
     *
     * @return 0 if there is no journal yet.
     */
    public long journalId() {
        return journalId;
    }

    /**
     * The segments that count.
     *
     * @return oldest first; the last is the one being written, if any is.
     */
    public List<Segment> segments() {
        return segments;
    }

    /**
     * The first sequence that the journal still holds, or would hold. Whoever reads from here needs the state after the
     * sequence before it.
     *
     * @return 1 if nothing was deleted.
     */
    public long oldestSequence() {
        return segments.isEmpty() ? 1 : segments.get(0).firstSequence();
    }

    /**
     * Deletes unfinished starts that a later start has succeeded. They hold nothing that counts: one that had been begun and
     * is damaged is not among them, because {@link #of} refuses it.
     *
     * @return the deleted.
     * @throws IOException if one cannot be deleted.
     */
    public List<Unfinished> deleteUnfinished() throws IOException {
        final List<Unfinished> deleted = new ArrayList<>();
        for (final long number : succeeded) {
            deleted.add(new Unfinished(number, storage.bytes(number)));
            storage.delete(number);
        }
        return deleted;
    }

    /**
     * Deletes every segment that is older than one that counts. Unfinished starts go first: an older one that stays would
     * make a deleted segment look like a missing one.
     *
     * @param oldest to keep, of {@link #segments()}.
     * @return numbers of the deleted segments that counted.
     * @throws IOException if one cannot be deleted; what is left is a whole journal all the same.
     */
    public List<Long> deleteBefore(final Segment oldest) throws IOException {
        if (!segments.contains(oldest)) {
            throw new IllegalArgumentException(storage.name(oldest.number()) + " is no segment of this journal");
        }
        deleteUnfinished();
        final List<Long> deleted = new ArrayList<>();
        for (final Segment segment : segments) {
            if (segment.number() >= oldest.number()) {
                break;
            }
            storage.delete(segment.number());
            deleted.add(segment.number());
        }
        return deleted;
    }
}
