package io.flashsale.bench.load;

/**
 * The requests of one connection that wait for their answer, oldest first: answers come in the order of requests.
 * A checkout is kept as user and item, a purchase as the halves of its code. Parallel arrays, so that sending
 * allocates nothing. One thread.
 */
final class InFlight {
    private final boolean[] purchase;
    private final boolean[] buys;
    private final long[] first;
    private final long[] second;
    private final long[] countsFrom;
    private final long[] sentAt;
    private int head;
    private int size;

    InFlight(final int capacity) {
        purchase = new boolean[capacity];
        buys = new boolean[capacity];
        first = new long[capacity];
        second = new long[capacity];
        countsFrom = new long[capacity];
        sentAt = new long[capacity];
    }

    void addCheckout(
            final long user, final int item, final boolean buysLater, final long countsFromNanos, final long nowNanos) {
        add(false, user, item, buysLater, countsFromNanos, nowNanos);
    }

    void addPurchase(final long codeHigh, final long codeLow, final long countsFromNanos, final long nowNanos) {
        add(true, codeHigh, codeLow, false, countsFromNanos, nowNanos);
    }

    private void add(
            final boolean isPurchase,
            final long firstValue,
            final long secondValue,
            final boolean buysLater,
            final long countsFromNanos,
            final long nowNanos) {
        assert size < first.length : "more requests than the depth allows";
        final int at = (head + size) % first.length;
        purchase[at] = isPurchase;
        buys[at] = buysLater;
        first[at] = firstValue;
        second[at] = secondValue;
        countsFrom[at] = countsFromNanos;
        sentAt[at] = nowNanos;
        size++;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Forgets the oldest. */
    void remove() {
        assert size > 0 : "nothing to remove";
        head = (head + 1) % first.length;
        size--;
    }

    boolean isPurchase() {
        return purchase[head];
    }

    /** Whether the code that the oldest checkout gets is to be bought. */
    boolean buysLater() {
        return buys[head];
    }

    long user() {
        return first[head];
    }

    int item() {
        return (int) second[head];
    }

    long codeHigh() {
        return first[head];
    }

    long codeLow() {
        return second[head];
    }

    /** From when the oldest request's latency counts: planned or actual send, nanoseconds. */
    long countsFrom() {
        return countsFrom[head];
    }

    /** When the oldest request was sent, nanoseconds. */
    long sentAt() {
        return sentAt[head];
    }
}
