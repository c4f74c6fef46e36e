package io.flashsale.bench.history;

/**
 * Between which moments a command was decided, by the service's clock, and what can be said of holds and sales by that.
 *
 * @param from      at the earliest, epoch milliseconds.
 * @param to        at the latest, epoch milliseconds.
 * @param setup     lengths of hold and sale.
 * @param tolerance by how much the two clocks may differ, milliseconds.
 */
record ServiceTime(long from, long to, HistorySetup setup, long tolerance) {
    /** Whether the hold of a state may still live. */
    boolean mayLive(final ItemState held) {
        return setup.holdMillis() == 0 || from < held.takenTo() + setup.holdMillis() + tolerance;
    }

    /** Whether the hold of a state may be over. */
    boolean mayBeOver(final ItemState held) {
        return setup.holdMillis() == 0 || to >= held.takenFrom() + setup.holdMillis() - tolerance;
    }

    /** Whether a sale may be in neither book any more: two later ones have opened since. */
    boolean mayBeForgotten(final long sale) {
        return to >= sale * 1_000 + 2 * setup.saleMillis() - tolerance;
    }

    /** The earliest sale that may be open. */
    long earliestSale() {
        return boundary(from - tolerance);
    }

    /** The latest sale that may be open. */
    long latestSale() {
        return boundary(to + tolerance);
    }

    private long boundary(final long millis) {
        return Math.floorDiv(millis, setup.saleMillis()) * setup.saleMillis() / 1_000;
    }
}
