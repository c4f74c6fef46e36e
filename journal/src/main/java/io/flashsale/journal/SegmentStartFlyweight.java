package io.flashsale.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.MutableDirectBuffer;

/**
 * Reads and writes the payload of a {@link RecordKind#SEGMENT_START} in place, little-endian. The record's header holds the
 * segment's first sequence; this payload says what it replaces: everything that the predecessor holds beyond
 * {@link #predecessorLast()} is void.
 *
 * <pre>
 *   0         8             16                 24               32        40               44         48       64
 *   +---------+-------------+------------------+----------------+---------+----------------+----------+--------+
 *   | segment | predecessor | predecessor last | copied through | created | predecessor crc| reserved | reserved
 *   +---------+-------------+------------------+----------------+---------+----------------+----------+--------+
 * </pre>
 *
 * <p>Not thread-safe; reusable by {@link #wrap}.
 */
public final class SegmentStartFlyweight {
    static final int SEGMENT_OFFSET = 0;
    static final int PREDECESSOR_OFFSET = SEGMENT_OFFSET + Long.BYTES;
    static final int PREDECESSOR_LAST_OFFSET = PREDECESSOR_OFFSET + Long.BYTES;
    static final int COPIED_THROUGH_OFFSET = PREDECESSOR_LAST_OFFSET + Long.BYTES;
    static final int CREATED_OFFSET = COPIED_THROUGH_OFFSET + Long.BYTES;
    static final int PREDECESSOR_CRC_OFFSET = CREATED_OFFSET + Long.BYTES;
    static final int RESERVED_OFFSET = PREDECESSOR_CRC_OFFSET + Integer.BYTES;
    static final int RESERVED_LENGTH = Integer.BYTES + 2 * Long.BYTES;

    /** Bytes of the payload. */
    public static final int LENGTH = RESERVED_OFFSET + RESERVED_LENGTH;

    /** The payload in the units of {@link RecordFlyweight#count()}. */
    public static final int COUNT = LENGTH / RecordFlyweight.ENTRY_LENGTH;

    private MutableDirectBuffer buffer;
    private int offset;

    /**
     * Points this flyweight at a payload.
     *
     * @param buffer that holds the payload or will.
     * @param offset of the payload's first byte.
     * @return this.
     */
    public SegmentStartFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    void encode(final SegmentStart start) {
        buffer.putLong(offset + SEGMENT_OFFSET, start.segment(), LITTLE_ENDIAN);
        buffer.putLong(offset + PREDECESSOR_OFFSET, start.predecessor(), LITTLE_ENDIAN);
        buffer.putLong(offset + PREDECESSOR_LAST_OFFSET, start.predecessorLast(), LITTLE_ENDIAN);
        buffer.putLong(offset + COPIED_THROUGH_OFFSET, start.copiedThrough(), LITTLE_ENDIAN);
        buffer.putLong(offset + CREATED_OFFSET, start.createdMillis(), LITTLE_ENDIAN);
        buffer.putInt(offset + PREDECESSOR_CRC_OFFSET, start.predecessorCrc(), LITTLE_ENDIAN);
        buffer.setMemory(offset + RESERVED_OFFSET, RESERVED_LENGTH, (byte) 0);
    }

    SegmentStart decode() {
        return new SegmentStart(
                buffer.getLong(offset + SEGMENT_OFFSET, LITTLE_ENDIAN),
                buffer.getLong(offset + PREDECESSOR_OFFSET, LITTLE_ENDIAN),
                predecessorLast(),
                buffer.getInt(offset + PREDECESSOR_CRC_OFFSET, LITTLE_ENDIAN),
                buffer.getLong(offset + COPIED_THROUGH_OFFSET, LITTLE_ENDIAN),
                buffer.getLong(offset + CREATED_OFFSET, LITTLE_ENDIAN));
    }

    /**
     * The cut: last sequence of the predecessor that counts.
     *
     * @return 0 for none.
     */
    public long predecessorLast() {
        return buffer.getLong(offset + PREDECESSOR_LAST_OFFSET, LITTLE_ENDIAN);
    }
}
