package io.flashsale.engine;

/** Every bound of the engine, in one place. Their relations are checked when the class is loaded. */
public final class EngineLimits {
    /** Most items of one sale. The books' arrays grow to the largest sale configured, not to this. */
    public static final int MAX_ITEMS = 1_000_000;

    /** Bits of a code that carry the item. */
    public static final int CODE_ITEM_BITS = 28;

    /** Random bits of a code. 62 is what a version-8 UUID leaves beside a 32-bit sale and a 28-bit item. */
    public static final int CODE_NONCE_BITS = 62;

    /** Shortest sale, in milliseconds. A sale is named by its opening second, so it must last one at least. */
    public static final int MIN_SALE_MILLIS = 1_000;

    /** Longest sale, in milliseconds: a week. */
    public static final int MAX_SALE_MILLIS = 7 * 24 * 3_600 * 1_000;

    /** Latest time the engine accepts, in epoch milliseconds: a sale's id must fit 32 unsigned bits of seconds. */
    public static final long MAX_TIME_MILLIS = 4_294_000_000_000L;

    /**
     * The rules version that this build journals with a new configuration. What a checkpoint proves is a rule too: another
     * state hash is another version. 1 was never released.
     */
    public static final int RULES_VERSION = 2;

    static {
        if (MAX_ITEMS > 1 << CODE_ITEM_BITS
                || 32 + CODE_ITEM_BITS + CODE_NONCE_BITS + 6 != 128
                || MAX_SALE_MILLIS % MIN_SALE_MILLIS != 0
                || MAX_TIME_MILLIS / 1_000 > 0xFFFF_FFFFL) {
            throw new ExceptionInInitializerError("engine limits contradict each other");
        }
    }

    private EngineLimits() {}
}
