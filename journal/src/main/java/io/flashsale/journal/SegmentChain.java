package io.flashsale.journal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * The segments that count, oldest first: from the newest that was started completely, back along the predecessors that each
 * names. A segment that no successor names, or that is newer than the newest complete one, is an unfinished start.
 *
 * <p>A segment that is marked as begun was complete. If it is not any more, it is damaged, and the chain is refused: nobody
 * can say what was answered from it.
 */
final class SegmentChain {
    /**
     * One segment that counts.
     *
     * @param number          of the segment.
     * @param journalId       of its first record.
     * @param start           what its first record says.
     * @param startCrc        CRC of its first record.
     * @param timestampMillis of the last batch before it.
     * @param durableThrough  of its first record.
     * @param bodyPosition    where the records after the first begin.
     */
    record Link(
            long number,
            long journalId,
            SegmentStart start,
            int startCrc,
            long timestampMillis,
            long durableThrough,
            long bodyPosition) {
        long firstSequence() {
            return start.firstSequence();
        }
    }

    private final SegmentStorage storage;
    private final long[] numbers;
    private final ArrayDeque<Link> links = new ArrayDeque<>();
    private final List<Long> unfinished = new ArrayList<>();

    private SegmentChain(final SegmentStorage storage) {
        this.storage = storage;
        try {
            numbers = storage.list();
        } catch (final IOException e) {
            throw new JournalException("the journal's segments cannot be listed: " + e.getMessage(), e);
        }
    }

    /**
     * Reads the first records.
     *
     * @param floor number of the lowest segment to look at; 0 to go back to the oldest.
     */
    static SegmentChain load(final SegmentStorage storage, final long floor) {
        while (true) {
            final SegmentChain chain = new SegmentChain(storage);
            try {
                chain.build(floor);
                return chain;
            } catch (final JournalException e) {
                // The service that owns the journal may have deleted its oldest segments meanwhile. It never brings one
                // back.
                if (!chain.hasLostSegments()) {
                    throw e;
                }
            }
        }
    }

    private boolean hasLostSegments() {
        final SegmentChain now = new SegmentChain(storage);
        return LongStream.of(numbers).anyMatch(number -> !now.has(number));
    }

    private boolean has(final long number) {
        return LongStream.of(numbers).anyMatch(other -> other == number);
    }

    /** Segments that count, oldest first. */
    List<Link> links() {
        return List.copyOf(links);
    }

    /** Segments older than the newest that counts, and not counting: unfinished starts that a later start has succeeded. */
    List<Long> succeeded() {
        if (links.isEmpty()) {
            return List.of();
        }
        return LongStream.of(numbers)
                .filter(number -> number < links.getLast().number())
                .filter(number -> links.stream().noneMatch(link -> link.number() == number))
                .boxed()
                .toList();
    }

    /** Segments newer than the newest complete one whose first record is not valid. */
    List<Long> withoutStart() {
        return unfinished;
    }

    /** Segments newer than the newest complete one, oldest first: with or without a valid first record. */
    List<Long> ignored() {
        return LongStream.of(numbers)
                .filter(number -> links.isEmpty() || number > links.getLast().number())
                .boxed()
                .toList();
    }

    private void build(final long floor) {
        Link link = head(floor);
        while (link != null) {
            links.addFirst(link);
            final long predecessor = link.start().predecessor();
            link = predecessor < floor || predecessor == 0 || isDeleted(predecessor) ? null : before(link);
        }
        for (final long number : succeeded()) {
            if (number >= floor && isBegun(number)) {
                requireBegun(number);
            }
        }
    }

    private Link head(final long floor) {
        for (int i = numbers.length - 1; i >= 0 && numbers[i] >= floor; i--) {
            Link link = read(storage, numbers[i]);
            if (link == null && isBegun(numbers[i])) {
                link = requireBegun(numbers[i]);
            }
            if (link == null) {
                unfinished.add(numbers[i]);
            } else if (isComplete(link)) {
                return link;
            }
        }
        return null;
    }

    private boolean isBegun(final long number) {
        try {
            return storage.isBegun(number);
        } catch (final IOException e) {
            throw new JournalException(
                    storage.name(number) + ": nobody can tell whether it had been begun: " + e.getMessage(), e);
        }
    }

    /** The first record of a segment that was found marked. A live writer appends it before: it is read after the mark. */
    private Link requireBegun(final long number) {
        final Link link = read(storage, number);
        if (link != null) {
            return link;
        }
        try (RecordCursor cursor = new RecordCursor(storage, number)) {
            throw new JournalCorruptException(cursor.name() + ", position 0: its first record is damaged or gone; "
                    + cursor.size()
                    + " bytes are there, but the segment is marked as begun: that record was synced, and"
                    + " others behind it may have been answered");
        }
    }

    /** Older than everything that is left: retention deletes from the oldest on. */
    private boolean isDeleted(final long number) {
        return numbers[0] > number;
    }

    private Link before(final Link successor) {
        final long number = successor.start().predecessor();
        final String named =
                storage.name(successor.number()) + " continues it from sequence " + successor.firstSequence();
        if (!has(number)) {
            throw new JournalCorruptException(storage.name(number) + " is missing: " + named);
        }
        final Link link = read(storage, number);
        if (link == null) {
            throw new JournalCorruptException(
                    storage.name(number) + ", position 0: its first record is damaged, but " + named);
        }
        if (link.journalId() != successor.journalId()) {
            throw new JournalCorruptException(storage.name(number) + " belongs to journal "
                    + Long.toHexString(link.journalId()) + ", not to journal "
                    + Long.toHexString(successor.journalId()) + " as " + storage.name(successor.number()) + " does");
        }
        if (link.firstSequence() > successor.firstSequence() || number >= successor.number()) {
            throw new JournalCorruptException(
                    storage.name(number) + " begins at sequence " + link.firstSequence() + ", but " + named);
        }
        return link;
    }

    /** The segment's first record, or null if there is none that is valid. */
    static Link read(final SegmentStorage storage, final long number) {
        try (RecordCursor cursor = new RecordCursor(storage, number)) {
            if (cursor.next(0) != RecordCursor.Found.RECORD) {
                return null;
            }
            final RecordFlyweight record = cursor.record();
            RecordRules.checkVersion(cursor);
            if (record.kind() != RecordKind.SEGMENT_START || record.count() != SegmentStartFlyweight.COUNT) {
                throw new JournalCorruptException(cursor.name() + ", position " + cursor.recordPosition()
                        + ": does not begin with a segment start");
            }
            final SegmentStart start = cursor.segmentStart();
            if (start.segment() != number || start.firstSequence() != record.firstSequence()) {
                throw new JournalCorruptException(cursor.name() + ", position " + cursor.recordPosition()
                        + ": calls itself segment " + start.segment());
            }
            if (!start.isPossible()) {
                throw new JournalCorruptException(cursor.name() + ", position " + cursor.recordPosition()
                        + ": continues segment " + start.predecessor() + " after sequence " + start.predecessorLast()
                        + " with copies through sequence " + start.copiedThrough() + ", which cannot be");
            }
            return new Link(
                    number,
                    record.journalId(),
                    start,
                    record.crc(),
                    record.timestampMillis(),
                    record.durableThrough(),
                    cursor.nextPosition());
        }
    }

    private boolean isComplete(final Link link) {
        try (RecordCursor cursor = new RecordCursor(storage, link.number())) {
            final long stop = walkCopies(cursor, link);
            if (stop < 0) {
                return true;
            }
            final long copied = link.start().copiedThrough();
            // Anything after the copies was appended only when these had been synced.
            final long later = new RawScan(cursor)
                    .find(
                            stop,
                            r -> r.journalId() == link.journalId()
                                    && (r.kind() == RecordKind.CLEAN_END || r.lastSequence() > copied));
            if (later < 0) {
                requireFilled(cursor, link, stop);
                return wasCompletedMeanwhile(cursor, link);
            }
            final String proof = "sequence " + cursor.record().lastSequence() + " at position " + later;
            // A live writer may have finished the copies in between.
            if (walkCopies(cursor, link) < 0) {
                return true;
            }
            throw new JournalCorruptException(cursor.name() + ", position " + stop
                    + ": a copied record at or before sequence " + copied + " is damaged, but " + proof
                    + " was appended only after it was synced");
        }
    }

    /** False if its start was never completed: it is not marked as begun. A mark is read before the copies once more. */
    private boolean wasCompletedMeanwhile(final RecordCursor cursor, final Link link) {
        if (!isBegun(link.number())) {
            return false;
        }
        final long stop = walkCopies(cursor, link);
        if (stop >= 0) {
            throw new JournalCorruptException(cursor.name() + ", position " + stop
                    + ": a copied record at or before sequence "
                    + link.start().copiedThrough() + " is damaged or gone; " + cursor.size()
                    + " bytes are there, but the segment is marked as begun: that record was synced, and others behind it"
                    + " may have been answered");
        }
        return true;
    }

    /** A start that ended before its copies were complete had filled the segment before its first record. */
    private void requireFilled(final RecordCursor cursor, final Link link, final long stop) {
        final long size = cursor.size();
        if (size < storage.leastBytes() && walkCopies(cursor, link) >= 0) {
            throw new JournalCorruptException(cursor.name() + ", position " + stop
                    + ": no copied record, and the segment has only " + size + " bytes: it was filled to "
                    + storage.leastBytes() + " at least, and was cut off since");
        }
    }

    /** Walks the copies: -1 if all are valid, else the position of the first that is not. */
    private static long walkCopies(final RecordCursor cursor, final Link link) {
        final RecordRules rules = new RecordRules(link);
        long position = link.bodyPosition();
        while (rules.nextSequence() <= link.start().copiedThrough()) {
            if (cursor.next(position) != RecordCursor.Found.RECORD) {
                return position;
            }
            rules.accept(cursor);
            position = cursor.nextPosition();
        }
        return -1;
    }
}
