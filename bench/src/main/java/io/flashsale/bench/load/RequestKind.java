package io.flashsale.bench.load;

/** What a request asks for. Codes stand in history files: one that is retired is never used again. */
public enum RequestKind {
    /** {@code POST /checkout}. */
    CHECKOUT(1),
    /** {@code POST /purchase}. */
    PURCHASE(2),
    /** {@code DELETE /checkout}. */
    RELEASE(3),
    /** {@code GET /sale} or {@code GET /items}: nothing is decided. */
    READ(4);

    /** Above every code: the length of an array with a place for each. */
    static final int CODES = 5;

    private final byte code;

    RequestKind(final int code) {
        this.code = (byte) code;
    }

    /** In history files. */
    public byte code() {
        return code;
    }

    /**
     * The kind of a code.
     *
     * @param code of a history file.
     * @return the kind.
     * @throws IllegalArgumentException if no kind has it.
     */
    public static RequestKind of(final byte code) {
        for (final RequestKind kind : values()) {
            if (kind.code == code) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no request has the code " + code);
    }
}
