package io.flashsale.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.MutableDirectBuffer;

/**
 * Reads and writes the header of one record in place, little-endian. {@code schema/formats/record.md} documents it with
 * a worked example.
 *
 * <pre>
 *   0                8        10       12       16               24               32               40
 *   +----------------+--------+--------+--------+----------------+----------------+----------------+
 *   |     magic      | version|  kind  |  count |   journal id   | first sequence |   timestamp    |
 *   +----------------+--------+--------+--------+----------------+----------------+----------------+
 *   40               48                52       56
 *   +----------------+-----------------+--------+------------------------------------------+
 *   | durable through| crc of previous |   crc  |  count times 32 bytes                    |
 *   +----------------+-----------------+--------+------------------------------------------+
 * </pre>
 *
 * <p>Not thread-safe; reusable by {@link #wrap}.
 */
public final class RecordFlyweight {
    /** First eight bytes of every record: {@code FSJRNL}, carriage return, line feed, as a little-endian number. */
    public static final long MAGIC = 0x0A0D_4C4E_524A_5346L;
    /** The only version so far. Every version keeps magic, version and the place of the CRC. */
    public static final int VERSION = 1;
    /** Bytes of an entry, and the unit in which the payload of every kind is counted. */
    public static final int ENTRY_LENGTH = 32;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    static final int KIND_OFFSET = VERSION_OFFSET + Short.BYTES;
    static final int COUNT_OFFSET = KIND_OFFSET + Short.BYTES;
    static final int JOURNAL_ID_OFFSET = COUNT_OFFSET + Integer.BYTES;
    static final int FIRST_SEQUENCE_OFFSET = JOURNAL_ID_OFFSET + Long.BYTES;
    static final int TIMESTAMP_OFFSET = FIRST_SEQUENCE_OFFSET + Long.BYTES;
    static final int DURABLE_THROUGH_OFFSET = TIMESTAMP_OFFSET + Long.BYTES;
    static final int PREVIOUS_CRC_OFFSET = DURABLE_THROUGH_OFFSET + Long.BYTES;
    static final int CRC_OFFSET = PREVIOUS_CRC_OFFSET + Integer.BYTES;

    /** Bytes before the payload: a multiple of 8, so that payloads are aligned as their records are. */
    public static final int HEADER_LENGTH = CRC_OFFSET + Integer.BYTES;

    private MutableDirectBuffer buffer;
    private int offset;

    /**
     * Points this flyweight at a record.
     *
     * @param buffer that holds the record or will.
     * @param offset of the record's first byte.
     * @return this.
     */
    public RecordFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /**
     * Bytes of a record.
     *
     * @param count of its 32-byte units.
     * @return header and payload.
     */
    public static int length(final int count) {
        return HEADER_LENGTH + count * ENTRY_LENGTH;
    }

    /**
     * Bytes of this record.
     *
     * @return header and payload, as {@link #count()} says.
     */
    public int length() {
        return length(count());
    }

    /**
     * Where the payload begins.
     *
     * @return offset in the buffer.
     */
    public int payloadOffset() {
        return offset + HEADER_LENGTH;
    }

    /**
     * The magic.
     *
     * @return {@link #MAGIC} in every record.
     */
    public long magic() {
        return buffer.getLong(offset + MAGIC_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * The version of the layout.
     *
     * @return 0 to 65,535.
     */
    public int version() {
        return buffer.getShort(offset + VERSION_OFFSET, LITTLE_ENDIAN) & 0xFFFF;
    }

    /**
     * The kind.
     *
     * @return the kind, or null if the code names none.
     */
    public RecordKind kind() {
        return RecordKind.of(buffer.getShort(offset + KIND_OFFSET, LITTLE_ENDIAN) & 0xFFFF);
    }

    /**
     * The payload's length in units of {@link #ENTRY_LENGTH}: of a batch, its entries.
     *
     * @return as it stands, not validated.
     */
    public int count() {
        return buffer.getInt(offset + COUNT_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * The journal that this record belongs to.
     *
     * @return random, never 0.
     */
    public long journalId() {
        return buffer.getLong(offset + JOURNAL_ID_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Sequence of the first entry; of a record without entries, the sequence that the next entry gets.
     *
     * @return 1 or more.
     */
    public long firstSequence() {
        return buffer.getLong(offset + FIRST_SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Sequence of the last entry of a batch; of a record without entries, of the one before it.
     *
     * @return 0 or more.
     */
    public long lastSequence() {
        return kind() == RecordKind.BATCH ? firstSequence() + count() - 1 : firstSequence() - 1;
    }

    /**
     * The batch's time in epoch milliseconds; of a record without entries, that of the batch before it.
     *
     * @return any value.
     */
    public long timestampMillis() {
        return buffer.getLong(offset + TIMESTAMP_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * Highest sequence known to be synced when the record was begun.
     *
     * @return 0 for none, and in a copy.
     */
    public long durableThrough() {
        return buffer.getLong(offset + DURABLE_THROUGH_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * CRC of the record before this one in the journal.
     *
     * @return 0 in the journal's very first record.
     */
    public int previousCrc() {
        return buffer.getInt(offset + PREVIOUS_CRC_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * CRC32C over this record but for this field.
     *
     * @return as it stands, not verified.
     */
    public int crc() {
        return buffer.getInt(offset + CRC_OFFSET, LITTLE_ENDIAN);
    }

    RecordFlyweight begin(final RecordKind kind, final int count, final long journalId) {
        buffer.putLong(offset + MAGIC_OFFSET, MAGIC, LITTLE_ENDIAN);
        buffer.putShort(offset + VERSION_OFFSET, (short) VERSION, LITTLE_ENDIAN);
        buffer.putShort(offset + KIND_OFFSET, (short) kind.code(), LITTLE_ENDIAN);
        buffer.putInt(offset + COUNT_OFFSET, count, LITTLE_ENDIAN);
        buffer.putLong(offset + JOURNAL_ID_OFFSET, journalId, LITTLE_ENDIAN);
        return this;
    }

    RecordFlyweight firstSequence(final long sequence) {
        buffer.putLong(offset + FIRST_SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
        return this;
    }

    RecordFlyweight timestampMillis(final long millis) {
        buffer.putLong(offset + TIMESTAMP_OFFSET, millis, LITTLE_ENDIAN);
        return this;
    }

    RecordFlyweight durableThrough(final long sequence) {
        buffer.putLong(offset + DURABLE_THROUGH_OFFSET, sequence, LITTLE_ENDIAN);
        return this;
    }

    RecordFlyweight previousCrc(final int crc) {
        buffer.putInt(offset + PREVIOUS_CRC_OFFSET, crc, LITTLE_ENDIAN);
        return this;
    }

    void crc(final int crc) {
        buffer.putInt(offset + CRC_OFFSET, crc, LITTLE_ENDIAN);
    }
}
