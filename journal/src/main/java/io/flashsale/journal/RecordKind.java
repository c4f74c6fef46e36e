package io.flashsale.journal;

/** What a record is. The code stands in the record's header; it is never reused. */
public enum RecordKind {
    /** Entries. */
    BATCH(1),
    /** First record of every segment: {@link SegmentStartFlyweight}. */
    SEGMENT_START(2),
    /** Last record of a journal that was closed in order: everything before it had been synced. */
    CLEAN_END(3);

    private static final RecordKind[] BY_CODE = new RecordKind[4];

    static {
        for (final RecordKind kind : values()) {
            if (BY_CODE[kind.code] != null) {
                throw new ExceptionInInitializerError("record kind used twice: " + kind.code);
            }
            BY_CODE[kind.code] = kind;
        }
    }

    private final int code;

    RecordKind(final int code) {
        this.code = code;
    }

    /**
     * The wire code.
     *
     * @return a positive 16-bit value.
     */
    public int code() {
        return code;
    }

    /**
     * The kind with a given wire code.
     *
     * @param code any value.
     * @return the kind, or null if no kind has this code.
     */
    public static RecordKind of(final int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
