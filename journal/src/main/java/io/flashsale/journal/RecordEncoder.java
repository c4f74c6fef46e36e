package io.flashsale.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Builds one record at a time in a buffer of its own. For one thread; allocates nothing after construction. */
final class RecordEncoder {
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(JournalLimits.MAX_RECORD_LENGTH);
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final RecordFlyweight record = new RecordFlyweight().wrap(buffer, 0);
    private final CRC32C crc = new CRC32C();
    private final long journalId;

    RecordEncoder(final long journalId) {
        this.journalId = journalId;
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    /** The record that was built last, to be written out. */
    ByteBuffer record() {
        return bytes.clear().limit(record.length());
    }

    int length() {
        return record.length();
    }

    int crc() {
        return record.crc();
    }

    void batch(
            final long firstSequence,
            final int count,
            final long timestampMillis,
            final long durableThrough,
            final int previousCrc,
            final MutableDirectBuffer entries,
            final int offset) {
        begin(RecordKind.BATCH, count, firstSequence, timestampMillis, durableThrough, previousCrc);
        buffer.putBytes(record.payloadOffset(), entries, offset, count * RecordFlyweight.ENTRY_LENGTH);
        seal();
    }

    void segmentStart(final SegmentStart start, final long timestampMillis, final long durableThrough) {
        begin(
                RecordKind.SEGMENT_START,
                SegmentStartFlyweight.COUNT,
                start.firstSequence(),
                timestampMillis,
                durableThrough,
                start.predecessorCrc());
        new SegmentStartFlyweight().wrap(buffer, record.payloadOffset()).encode(start);
        seal();
    }

    void cleanEnd(
            final long nextSequence, final long timestampMillis, final long durableThrough, final int previousCrc) {
        begin(RecordKind.CLEAN_END, 0, nextSequence, timestampMillis, durableThrough, previousCrc);
        seal();
    }

    private void begin(
            final RecordKind kind,
            final int count,
            final long firstSequence,
            final long timestampMillis,
            final long durableThrough,
            final int previousCrc) {
        record.begin(kind, count, journalId)
                .firstSequence(firstSequence)
                .timestampMillis(timestampMillis)
                .durableThrough(durableThrough)
                .previousCrc(previousCrc);
    }

    private void seal() {
        record.crc(RecordChecksum.of(crc, bytes, 0, record.length()));
    }
}
