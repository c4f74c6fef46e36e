package io.flashsale.engine;

/** What a command asks for. The code is the command's first byte on the wire and in the journal; it is never reused. */
public enum CommandType {
    /** Hold an item for a user. */
    CHECKOUT(1),
    /** Buy what a code holds. */
    PURCHASE(2),
    /** Give back what a code holds. */
    RELEASE(3),
    /** Let time pass: expire holds, open the next sale. */
    TICK(4),
    /** Set the rules of the next sale. */
    CONFIGURE(5),
    /** Prove that this replica has the state that the live run had at an earlier checkpoint. */
    CHECKPOINT(6);

    private static final CommandType[] BY_CODE = new CommandType[7];

    static {
        for (final CommandType type : values()) {
            if (BY_CODE[type.code] != null) {
                throw new ExceptionInInitializerError("command code used twice: " + type.code);
            }
            BY_CODE[type.code] = type;
        }
    }

    private final byte code;

    CommandType(final int code) {
        this.code = (byte) code;
    }

    /**
     * The wire code.
     *
     * @return a positive byte.
     */
    public byte code() {
        return code;
    }

    /**
     * The type with a given wire code.
     *
     * @param code any byte.
     * @return the type, or null if no type has this code.
     */
    public static CommandType of(final byte code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
