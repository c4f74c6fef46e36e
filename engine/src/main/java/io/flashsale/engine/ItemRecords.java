package io.flashsale.engine;

/**
 * What a book knows of each item that was ever held: its fields side by side, so that a hold or a purchase of a random item
 * meets one or two lines of the processor's cache, not one a field.
 *
 * <p>A record says nothing about whether it counts: {@link SaleBook} knows that. The links of its list of holds stand in
 * the same record. Not thread-safe.
 */
final class ItemRecords {
    private static final int USER = 0;
    private static final int NONCE = USER + 1;
    private static final int CHECKOUT_KEY = NONCE + 1;
    private static final int PURCHASE_KEY = CHECKOUT_KEY + 1;
    private static final int EXPIRES_AT = PURCHASE_KEY + 1;
    private static final int CHECKOUT_SEQUENCE = EXPIRES_AT + 1;
    /** Previous item in the upper half, next in the lower. */
    private static final int LINKS = CHECKOUT_SEQUENCE + 1;

    private static final int LENGTH = LINKS + 1;

    private static final long NEXT_MASK = 0xFFFF_FFFFL;

    private final long[] fields;

    ItemRecords(final int capacity) {
        fields = new long[capacity * LENGTH];
    }

    /** Writes the record of a hold, and returns its hash: of what is written, not of what would have to be read back. */
    long hold(
            final int item,
            final long user,
            final long nonce,
            final long checkoutKey,
            final long expiresAtMillis,
            final long checkoutSequence) {
        final int at = item * LENGTH;
        fields[at + USER] = user;
        fields[at + NONCE] = nonce;
        fields[at + CHECKOUT_KEY] = checkoutKey;
        fields[at + PURCHASE_KEY] = 0;
        fields[at + EXPIRES_AT] = expiresAtMillis;
        fields[at + CHECKOUT_SEQUENCE] = checkoutSequence;
        return Mixer.mix(
                sum(item, user, nonce, checkoutKey, expiresAtMillis, checkoutSequence) + stateTerm(ItemState.HELD, 0));
    }

    /** Sells a held item, and returns by how much the sum of all hashes grows. */
    long sell(final int item, final long purchaseKey) {
        fields[item * LENGTH + PURCHASE_KEY] = purchaseKey;
        final long sum = sum(item);
        return Mixer.mix(sum + stateTerm(ItemState.SOLD, purchaseKey)) - Mixer.mix(sum + stateTerm(ItemState.HELD, 0));
    }

    /** The hash of a held item. */
    long heldHash(final int item) {
        return Mixer.mix(sum(item) + stateTerm(ItemState.HELD, 0));
    }

    long user(final int item) {
        return fields[item * LENGTH + USER];
    }

    long nonce(final int item) {
        return fields[item * LENGTH + NONCE];
    }

    long checkoutKey(final int item) {
        return fields[item * LENGTH + CHECKOUT_KEY];
    }

    long purchaseKey(final int item) {
        return fields[item * LENGTH + PURCHASE_KEY];
    }

    long expiresAtMillis(final int item) {
        return fields[item * LENGTH + EXPIRES_AT];
    }

    long checkoutSequence(final int item) {
        return fields[item * LENGTH + CHECKOUT_SEQUENCE];
    }

    int previous(final int item) {
        return (int) (fields[item * LENGTH + LINKS] >>> 32);
    }

    int next(final int item) {
        return (int) fields[item * LENGTH + LINKS];
    }

    void links(final int item, final int previous, final int next) {
        fields[item * LENGTH + LINKS] = ((long) previous << 32) | (next & NEXT_MASK);
    }

    void previous(final int item, final int previous) {
        links(item, previous, next(item));
    }

    void next(final int item, final int next) {
        links(item, previous(item), next);
    }

    private long sum(final int item) {
        return sum(item, user(item), nonce(item), checkoutKey(item), expiresAtMillis(item), checkoutSequence(item));
    }

    /**
     * What a sale does not change, as a sum to which {@link #stateTerm} is added and which is mixed once. Each word is
     * multiplied on its own, which a processor does side by side. A change of any one word changes the sum, and any change
     * of the sum reaches every bit of the hash.
     */
    private static long sum(
            final int item,
            final long user,
            final long nonce,
            final long checkoutKey,
            final long expiresAtMillis,
            final long checkoutSequence) {
        return Mixer.term(item, 0xA0761D6478BD642FL, 0)
                + Mixer.term(user, 0xE7037ED1A0B428DBL, 8)
                + Mixer.term(nonce, 0x8EBC6AF09C88C6E3L, 16)
                + Mixer.term(checkoutKey, 0x589965CC75374CC3L, 24)
                + Mixer.term(expiresAtMillis, 0xEB44ACCAB455D165L, 32)
                + Mixer.term(checkoutSequence, 0x9E3779B97F4A7C15L, 40);
    }

    private static long stateTerm(final ItemState state, final long purchaseKey) {
        return Mixer.term(state.code(), 0xC2B2AE3D27D4EB4FL, 48) + Mixer.term(purchaseKey, 0x1D8E4E27C47D124FL, 56);
    }
}
