package io.flashsale.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * How Chronicle Queue frames documents in its file: a little-endian 32-bit header, then the document, then the next header at
 * the next multiple of four. Bit 31 of the header says that the document is not complete, bit 30 that it is Chronicle's own
 * (the file's header, indexes), the others are its length. Zero: nothing was written there yet.
 */
final class ChronicleFraming {
    static final int HEADER_LENGTH = Integer.BYTES;

    private static final int ALIGNMENT = 4;
    private static final int NOT_COMPLETE = 1 << 31;
    private static final int METADATA = 1 << 30;
    private static final int LENGTH_MASK = METADATA - 1;

    private ChronicleFraming() {}

    /**
     * Walks over Chronicle's own documents to the next record.
     *
     * @param reader   of the segment.
     * @param scratch  little-endian, of {@link #HEADER_LENGTH} bytes.
     * @param position 0, or the end of a record.
     * @return position behind the header of the next complete record, or -1 if there is none yet. A header that cannot be
     *     true, damaged or torn, counts as none: whether something follows is for a raw scan to find out.
     */
    static long nextFrame(final SegmentReader reader, final ByteBuffer scratch, final long position)
            throws IOException {
        long at = align(position);
        while (reader.read(at, scratch.clear()) == HEADER_LENGTH) {
            final int header = scratch.getInt(0);
            if (header == 0 || (header & NOT_COMPLETE) != 0) {
                return -1;
            }
            if ((header & METADATA) == 0) {
                return at + HEADER_LENGTH;
            }
            at = align(at + HEADER_LENGTH + (header & LENGTH_MASK));
        }
        return -1;
    }

    /** The header of a complete record. */
    static int recordHeader(final int length) {
        return length & LENGTH_MASK;
    }

    static long align(final long position) {
        return (position + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
