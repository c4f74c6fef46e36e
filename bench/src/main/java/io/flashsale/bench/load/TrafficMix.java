package io.flashsale.bench.load;

/**
 * In which shares things are asked for. Immutable; checked when it is built.
 *
 * @param purchaseShare of the received codes: bought.
 * @param releaseShare  of the received codes: given back. The rest is abandoned, and its holds run out.
 * @param readShare     of the requests that are not owed to a code: {@code GET /sale} or {@code GET /items}.
 * @param repeatShare   of the checkouts: sent with an {@code Idempotency-Key}, and sent again once accepted; so is the
 *                      purchase that follows.
 * @param hotShare      of the checkouts: for one of the hot items.
 * @param hotItems      how many items are hot: the first ones.
 */
public record TrafficMix(
        double purchaseShare,
        double releaseShare,
        double readShare,
        double repeatShare,
        double hotShare,
        int hotItems) {

    /** Every code is bought at once. */
    public static final TrafficMix PURCHASE_HEAVY = new TrafficMix(1.0, 0, 0, 0, 0, 1);
    /** A bit of everything. */
    public static final TrafficMix MIXED = new TrafficMix(0.7, 0.15, 0.2, 0.1, 0.2, 100);

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException naming the value and what is allowed.
     */
    public TrafficMix {
        requireShare("purchase share", purchaseShare);
        requireShare("release share", releaseShare);
        requireShare("read share", readShare);
        requireShare("repeat share", repeatShare);
        requireShare("hot share", hotShare);
        // The tolerance is for decimal shares that have no binary fraction.
        LoadConfig.require(
                purchaseShare + releaseShare <= 1 + 1e-9,
                "purchase share plus release share",
                purchaseShare + releaseShare,
                "at most 1: both are shares of the received codes");
        LoadConfig.require(readShare < 1, "read share", readShare, "less than 1, or nothing would be checked out");
        LoadConfig.require(hotItems >= 1, "hot items", hotItems, "1 or more");
    }

    /** The same, with another share of codes bought. */
    TrafficMix withPurchaseShare(final double share) {
        return new TrafficMix(share, releaseShare, readShare, repeatShare, hotShare, hotItems);
    }

    private static void requireShare(final String name, final double share) {
        LoadConfig.require(share >= 0 && share <= 1, name, share, "0 to 1");
    }
}
