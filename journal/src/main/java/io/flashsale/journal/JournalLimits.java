package io.flashsale.journal;

/** Limits of the journal, in one place; what depends on them checks the relation where it is used. */
final class JournalLimits {
    /** Entries of the longest record: 128 KiB, which one sync writes about as fast as a single page. */
    static final int MAX_BATCH = 4096;

    /** Bytes of the longest record. */
    static final int MAX_RECORD_LENGTH = RecordFlyweight.length(MAX_BATCH);

    /** Slots of the ring before the journal: two full rings must always find room. */
    static final int RING_ENTRIES = 65_536;

    /** Room for two full rings if each of their entries becomes a record of its own, framing included. */
    static final long RESERVE_BYTES =
            2L * RING_ENTRIES * ChronicleFraming.align(RecordFlyweight.length(1) + ChronicleFraming.HEADER_LENGTH);

    private JournalLimits() {}
}
