package io.flashsale.engine;

/**
 * The code of a hold: a version-8 UUID (RFC 9562, section 5.8) that says which sale and item it belongs to, beside
 * {@value EngineLimits#CODE_NONCE_BITS} random bits that make it unguessable. Finding the hold is an array look-up.
 *
 * <pre>
 *  high: | sale id, 32 bits | item, high 16 bits | version 8, 4 bits | item, low 12 bits |
 *  low:  | variant 10, 2 bits | nonce, 62 bits |
 * </pre>
 */
public final class SaleCode {
    /** Characters of the canonical form. */
    public static final int TEXT_LENGTH = 36;

    private static final long VERSION_MASK = 0xF000L;
    private static final long VERSION_8 = 0x8000L;
    private static final long VARIANT_MASK = 0xC000_0000_0000_0000L;
    private static final long VARIANT_RFC = 0x8000_0000_0000_0000L;
    private static final long NONCE_MASK = ~VARIANT_MASK;

    private SaleCode() {}

    /**
     * The most significant bits of a code.
     *
     * @param saleId epoch seconds, 32 bits.
     * @param item   0 to {@link EngineLimits#MAX_ITEMS}, exclusive.
     * @return high bits.
     */
    public static long high(final long saleId, final int item) {
        return (saleId << 32) | ((item & 0xFFF_F000L) << 4) | VERSION_8 | (item & 0xFFFL);
    }

    /**
     * The least significant bits of a code.
     *
     * @param nonce any value; its two highest bits are not used.
     * @return low bits.
     */
    public static long low(final long nonce) {
        return VARIANT_RFC | (nonce & NONCE_MASK);
    }

    /**
     * Whether version and variant are those of a code.
     *
     * @param high bits.
     * @param low  bits.
     * @return false if this service cannot have issued it.
     */
    public static boolean isWellFormed(final long high, final long low) {
        return (high & VERSION_MASK) == VERSION_8 && (low & VARIANT_MASK) == VARIANT_RFC;
    }

    /**
     * The sale that a code belongs to.
     *
     * @param high bits.
     * @return epoch seconds, 0 to 2<sup>32</sup>, exclusive.
     */
    public static long saleId(final long high) {
        return high >>> 32;
    }

    /**
     * The item that a code belongs to.
     *
     * @param high bits.
     * @return 0 to 2<sup>28</sup>, exclusive: it need not exist.
     */
    public static int item(final long high) {
        return (int) (((high >>> 4) & 0xFFF_F000L) | (high & 0xFFFL));
    }

    /**
     * The random part of a code.
     *
     * @param low bits.
     * @return {@value EngineLimits#CODE_NONCE_BITS} bits.
     */
    public static long nonce(final long low) {
        return low & NONCE_MASK;
    }
}
