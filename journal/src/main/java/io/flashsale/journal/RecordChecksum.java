package io.flashsale.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C over a record but for the CRC field itself. */
final class RecordChecksum {
    private RecordChecksum() {}

    /** Moves the position and the limit of {@code bytes}. */
    static int of(final CRC32C crc, final ByteBuffer bytes, final int offset, final int length) {
        crc.reset();
        bytes.limit(offset + RecordFlyweight.CRC_OFFSET).position(offset);
        crc.update(bytes);
        bytes.limit(offset + length).position(offset + RecordFlyweight.HEADER_LENGTH);
        crc.update(bytes);
        bytes.clear();
        return (int) crc.getValue();
    }
}
