package io.flashsale.bench.history;

/**
 * Layout of a history file, version 1, little-endian: a header, records of one length, an end mark in place of a last
 * record. Offsets in bytes.
 */
final class HistoryFormat {
    /** "FSHISTO1". */
    static final long MAGIC = 0x314F_5453_4948_5346L;
    /** In place of a record's times: the recording ended in order. */
    static final long END = Long.MIN_VALUE;

    static final int HEADER_LENGTH = 64;

    static final int SENT = 0;
    static final int RECEIVED = SENT + Long.BYTES;
    static final int SEQUENCE = RECEIVED + Long.BYTES;
    static final int USER = SEQUENCE + Long.BYTES;
    static final int CODE_HIGH = USER + Long.BYTES;
    static final int CODE_LOW = CODE_HIGH + Long.BYTES;
    static final int KEY = CODE_LOW + Long.BYTES;
    static final int ITEM = KEY + Long.BYTES;
    static final int STATUS = ITEM + Integer.BYTES;
    static final int KIND = STATUS + Short.BYTES;
    static final int OUTCOME = KIND + Byte.BYTES;
    static final int RECORD_LENGTH = OUTCOME + Byte.BYTES;

    private HistoryFormat() {}
}
