package io.flashsale.transport;

/** One consistent reading of a {@link SaleBoard}. Filled again and again by its owner; not thread-safe. */
public final class SaleStatus {
    long saleId;
    long opensAtMillis;
    long closesAtMillis;
    int items;
    int available;
    int held;
    int sold;
    long nowMillis;

    /** Creates an empty status: no sale. */
    public SaleStatus() {}

    /**
     * The open sale.
     *
     * @return epoch seconds of its opening; 0 if nothing was published yet.
     */
    public long saleId() {
        return saleId;
    }

    /**
     * When the sale opened.
     *
     * @return epoch milliseconds.
     */
    public long opensAtMillis() {
        return opensAtMillis;
    }

    /**
     * When the sale closes.
     *
     * @return epoch milliseconds.
     */
    public long closesAtMillis() {
        return closesAtMillis;
    }

    /**
     * Items of the sale: the sum of the three counts below.
     *
     * @return count.
     */
    public int items() {
        return items;
    }

    /**
     * Items that can be checked out.
     *
     * @return count.
     */
    public int available() {
        return available;
    }

    /**
     * Items under a live hold.
     *
     * @return count.
     */
    public int held() {
        return held;
    }

    /**
     * Items sold.
     *
     * @return count.
     */
    public int sold() {
        return sold;
    }

    /**
     * The engine's time.
     *
     * @return epoch milliseconds.
     */
    public long nowMillis() {
        return nowMillis;
    }
}
