package io.flashsale.bench.history;

/**
 * What is known of the service and of the clock of a history.
 *
 * @param items          of a sale.
 * @param userLimit      holds and purchases of a user; 0: not known.
 * @param holdMillis     of a hold; 0: not known.
 * @param saleMillis     length of a sale.
 * @param untouchedSale  the sale that was open, and of which nobody had held or bought anything, when the recording
 *                       began; {@link #TOUCHED} if others had.
 * @param anchorNanos    the recorder's {@link System#nanoTime()} ...
 * @param anchorMillis   ... and the wall clock at the same moment, epoch milliseconds.
 */
public record HistorySetup(
        int items,
        int userLimit,
        long holdMillis,
        long saleMillis,
        long untouchedSale,
        long anchorNanos,
        long anchorMillis) {
    /** Others had been there before the recording began. */
    public static final long TOUCHED = -1;

    private static final long NANOS_PER_MILLI = 1_000_000;

    /**
     * Checks every value.
     *
     * @throws IllegalArgumentException naming the value and what is allowed.
     */
    public HistorySetup {
        require(items >= 1, "items", items, "1 or more");
        require(userLimit >= 0, "user limit", userLimit, "0 (not known) or more");
        require(holdMillis >= 0, "hold", holdMillis, "0 (not known) or more");
        require(saleMillis >= 1, "sale length", saleMillis, "1 ms or more");
        require(untouchedSale >= TOUCHED, "untouched sale", untouchedSale, "-1 (none) or a sale id");
    }

    /** With this moment as the anchor; the parameters are the record's. */
    public static HistorySetup startingNow(
            final int items,
            final int userLimit,
            final long holdMillis,
            final long saleMillis,
            final long untouchedSale) {
        return new HistorySetup(
                items, userLimit, holdMillis, saleMillis, untouchedSale, System.nanoTime(), System.currentTimeMillis());
    }

    /** Wall-clock time of a moment of the recorder's clock, epoch milliseconds. */
    long millis(final long nanos) {
        return anchorMillis + Math.floorDiv(nanos - anchorNanos, NANOS_PER_MILLI);
    }

    private static void require(final boolean ok, final String name, final long value, final String allowed) {
        if (!ok) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: " + allowed);
        }
    }
}
