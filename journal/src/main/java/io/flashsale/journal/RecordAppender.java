package io.flashsale.journal;

import io.flashsale.journal.RecordCursor.Found;
import java.io.IOException;
import org.agrona.MutableDirectBuffer;

/**
 * Appends chained records to whatever segment is current. It knows what was appended, not what is durable. For the appending
 * thread, except {@link #sequence()}.
 */
final class RecordAppender {
    /**
     * A copy claims nothing durable. Where a segment's first record is damaged, a record that does claim something tells that
     * the segment had been begun completely.
     */
    private static final long COPIED = 0;

    private final SegmentSupply supply;
    private final RecordEncoder encoder;
    private int lastCrc;
    private long lastTimestampMillis;
    private volatile long sequence;

    RecordAppender(final SegmentSupply supply, final long journalId, final long lastTimestampMillis) {
        this.supply = supply;
        this.lastTimestampMillis = lastTimestampMillis;
        encoder = new RecordEncoder(journalId);
    }

    /** Appends the first record of a segment; the next batch gets the sequence that it names. */
    void segmentStart(final SegmentStart start, final long durableThrough) {
        sequence = start.predecessorLast();
        encoder.segmentStart(start, lastTimestampMillis, durableThrough);
        append();
    }

    void batch(
            final MutableDirectBuffer entries,
            final int offset,
            final int count,
            final long timestampMillis,
            final long durableThrough) {
        final long first = sequence + 1;
        encoder.batch(first, count, timestampMillis, durableThrough, lastCrc, entries, offset);
        append();
        lastTimestampMillis = timestampMillis;
        sequence = first + count - 1;
    }

    /** Copies the batches of a segment from a position on. */
    void copy(final SegmentStorage storage, final long segment, final long from, final long through) {
        try (RecordCursor cursor = new RecordCursor(storage, segment)) {
            long position = from;
            while (sequence < through) {
                if (cursor.next(position) != Found.RECORD || cursor.record().firstSequence() != sequence + 1) {
                    throw new JournalCorruptException(cursor.name() + ", position " + position + ", sequence "
                            + (sequence + 1) + ": read by recovery, and no longer there");
                }
                position = cursor.nextPosition();
                cursor.deliver(
                        1,
                        (first, count, timestamp, buffer, offset) -> batch(buffer, offset, count, timestamp, COPIED));
            }
        }
    }

    void cleanEnd(final long durableThrough) {
        encoder.cleanEnd(sequence + 1, lastTimestampMillis, durableThrough, lastCrc);
        append();
    }

    private void append() {
        final int length = encoder.length();
        if (!supply.current().hasRoomFor(length)) {
            try {
                supply.makeRoom(length);
            } catch (final IOException e) {
                throw new JournalException("no room for a record: " + e.getMessage(), e);
            }
        }
        try {
            supply.current().append(encoder.record());
        } catch (final IOException e) {
            throw new JournalException("a record cannot be written: " + e.getMessage(), e);
        }
        lastCrc = encoder.crc();
    }

    /** Of the last batch. */
    int lastCrc() {
        return lastCrc;
    }

    /** Of the last batch. */
    long lastTimestampMillis() {
        return lastTimestampMillis;
    }

    /** Of the last entry, 0 for none. Any thread. */
    long sequence() {
        return sequence;
    }
}
