package io.flashsale.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds, reads and verifies one record at a time. Reads ahead in a window that doubles while records follow each other and
 * starts small again where nothing is written yet, so that an idle poll of a growing segment is one small read. The window
 * can be older than the segment: what does not verify is read again before it is called damaged.
 */
final class RecordCursor implements AutoCloseable {
    /** What stands at a position. */
    enum Found {
        /** Nothing that was completed: the end, or a damaged frame. */
        NOTHING,
        /** Something that is no record, or whose checksum is wrong. */
        DAMAGED,
        /** A record with a valid checksum, of whatever journal, version and sequence. */
        RECORD
    }

    private static final int WINDOW_BYTES = 512 * 1024;
    private static final int FIRST_READ_BYTES = 4096;

    /** On the heap while it is small: most cursors read one record, and direct memory would wait for the collector. */
    private ByteBuffer window = ByteBuffer.allocate(FIRST_READ_BYTES);

    private final UnsafeBuffer buffer = new UnsafeBuffer(window);
    private final RecordFlyweight record = new RecordFlyweight();
    private final CRC32C crc = new CRC32C();
    private final SegmentStorage storage;
    private final long number;
    private final SegmentReader reader;
    private long windowStart;
    private int windowLength;
    private int readAhead = FIRST_READ_BYTES;
    private long recordPosition;
    private int recordOffset;

    RecordCursor(final SegmentStorage storage, final long number) {
        this.storage = storage;
        this.number = number;
        try {
            reader = storage.open(number);
        } catch (final IOException e) {
            throw new JournalException(name() + ": cannot be opened: " + e.getMessage(), e);
        }
    }

    String name() {
        return storage.name(number);
    }

    long size() {
        try {
            return reader.size();
        } catch (final IOException e) {
            throw failed(e);
        }
    }

    int read(final long position, final ByteBuffer target) {
        try {
            return reader.read(position, target);
        } catch (final IOException e) {
            throw failed(e);
        }
    }

    /** Finds the next frame at or after a position and verifies the record in it. */
    Found next(final long position) {
        recordPosition = position;
        final long frame;
        try {
            frame = reader.nextFrame(position);
        } catch (final IOException e) {
            throw failed(e);
        }
        if (frame < 0) {
            readAhead = FIRST_READ_BYTES;
            return Found.NOTHING;
        }
        return readAt(frame) ? Found.RECORD : Found.DAMAGED;
    }

    /** Verifies a record at a position, whatever the frames say. */
    boolean readAt(final long position) {
        recordPosition = position;
        if (verify(position)) {
            return true;
        }
        windowLength = 0;
        return verify(position);
    }

    private boolean verify(final long position) {
        if (!ensure(position, RecordFlyweight.HEADER_LENGTH)) {
            return false;
        }
        recordOffset = (int) (position - windowStart);
        record.wrap(buffer, recordOffset);
        final int count = record.count();
        if (record.magic() != RecordFlyweight.MAGIC || count < 0 || count > JournalLimits.MAX_BATCH) {
            return false;
        }
        final int length = RecordFlyweight.length(count);
        if (!ensure(position, length)) {
            return false;
        }
        recordOffset = (int) (position - windowStart);
        record.wrap(buffer, recordOffset);
        return record.length() == length && RecordChecksum.of(crc, window, recordOffset, length) == record.crc();
    }

    private boolean ensure(final long position, final int length) {
        if (position >= windowStart && position + length <= windowStart + windowLength) {
            return true;
        }
        final boolean follows = windowLength > 0 && position >= windowStart && position <= windowStart + windowLength;
        readAhead = follows ? Math.min(readAhead * 2, WINDOW_BYTES) : FIRST_READ_BYTES;
        final int wanted = Math.max(readAhead, length);
        if (wanted > window.capacity()) {
            window = ByteBuffer.allocateDirect(WINDOW_BYTES);
            buffer.wrap(window);
        }
        window.clear().limit(wanted);
        windowStart = position;
        windowLength = read(position, window);
        window.clear();
        return windowLength >= length;
    }

    /** The record found last. */
    RecordFlyweight record() {
        return record;
    }

    /** Position of the record found last, or where none was found. */
    long recordPosition() {
        return recordPosition;
    }

    /** Position from where to look for the record after the one found last. */
    long nextPosition() {
        return recordPosition + record.length();
    }

    SegmentStart segmentStart() {
        return new SegmentStartFlyweight().wrap(buffer, record.payloadOffset()).decode();
    }

    /** Delivers the entries of a batch from a sequence on. */
    int deliver(final long fromSequence, final BatchHandler handler) {
        final long first = Math.max(fromSequence, record.firstSequence());
        final int count = (int) (record.lastSequence() - first + 1);
        if (count > 0) {
            final int skipped = (int) (first - record.firstSequence());
            final MutableDirectBuffer entries = buffer;
            handler.onBatch(
                    first,
                    count,
                    record.timestampMillis(),
                    entries,
                    record.payloadOffset() + skipped * RecordFlyweight.ENTRY_LENGTH);
        }
        return Math.max(count, 0);
    }

    private JournalException failed(final IOException e) {
        return new JournalException(name() + ": cannot be read: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        reader.close();
    }
}
