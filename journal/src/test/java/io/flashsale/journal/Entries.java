package io.flashsale.journal;

import java.util.ArrayList;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Entries whose bytes say their sequence and an author, and a handler that collects and checks them. */
final class Entries implements BatchHandler {
    private final UnsafeBuffer scratch = new UnsafeBuffer(
            java.nio.ByteBuffer.allocateDirect(JournalLimits.MAX_BATCH * RecordFlyweight.ENTRY_LENGTH));

    /** Author and time of each entry read, by sequence less the first. */
    final List<Long> authors = new ArrayList<>();

    final List<Long> timestamps = new ArrayList<>();
    long firstSequence;
    long lastSequence;

    /** Appends entries that name their sequence and the author. */
    void append(final JournalWriter journal, final int count, final long author, final long timestampMillis) {
        final long first = journal.appendedSequence() + 1;
        for (int i = 0; i < count; i++) {
            final int offset = i * RecordFlyweight.ENTRY_LENGTH;
            scratch.putLong(offset, first + i);
            scratch.putLong(offset + 8, author);
            scratch.putLong(offset + 16, ~author);
            scratch.putLong(offset + 24, timestampMillis);
        }
        journal.append(scratch, 0, count, timestampMillis);
    }

    @Override
    public void onBatch(
            final long first,
            final int count,
            final long timestampMillis,
            final MutableDirectBuffer buffer,
            final int offset) {
        if (firstSequence == 0) {
            firstSequence = first;
        } else if (first != lastSequence + 1) {
            throw new AssertionError("sequence " + first + " after " + lastSequence);
        }
        for (int i = 0; i < count; i++) {
            final int at = offset + i * RecordFlyweight.ENTRY_LENGTH;
            final long author = buffer.getLong(at + 8);
            if (buffer.getLong(at) != first + i
                    || buffer.getLong(at + 16) != ~author
                    || buffer.getLong(at + 24) != timestampMillis) {
                throw new AssertionError("wrong content of sequence " + (first + i));
            }
            authors.add(author);
            timestamps.add(timestampMillis);
        }
        lastSequence = first + count - 1;
    }
}
