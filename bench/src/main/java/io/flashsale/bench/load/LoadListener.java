package io.flashsale.bench.load;

/**
 * Hears of every request and answer, so that drills and tests can keep a ledger.
 *
 * <p>Called on the load threads, in the order of each connection: with more than one thread an implementation must be
 * thread-safe. It should return fast, since the time it takes is in the latency of other requests; what it throws ends
 * the run. A code is the two halves of its UUID. {@code sequence} is the answer's {@code Sale-Sequence}, or
 * {@link #NO_SEQUENCE}; {@code nanoTime} is the {@link System#nanoTime()} at which the answer was read.
 *
 * <p>Each request that is sent ends in exactly one of: answered, refused, unanswered.
 */
public interface LoadListener {
    /** Hears nothing. */
    LoadListener NONE = new LoadListener() {};

    /** The answer named no sequence. */
    long NO_SEQUENCE = -1;

    /**
     * A checkout is about to be written.
     *
     * @param user id.
     * @param item id.
     */
    default void checkoutSent(final long user, final int item) {}

    /**
     * A checkout was answered by 200 and a code.
     *
     * @param user     id.
     * @param item     id.
     * @param codeHigh most significant half of the code.
     * @param codeLow  least significant half of the code.
     * @param sequence place in the total order.
     * @param nanoTime when the answer was read.
     */
    default void checkoutAnswered(
            final long user,
            final int item,
            final long codeHigh,
            final long codeLow,
            final long sequence,
            final long nanoTime) {}

    /**
     * A checkout was answered by anything else; a 200 whose body is not a code counts as well.
     *
     * @param user     id.
     * @param item     id.
     * @param status   HTTP status.
     * @param sequence place in the total order.
     * @param nanoTime when the answer was read.
     */
    default void checkoutRefused(
            final long user, final int item, final int status, final long sequence, final long nanoTime) {}

    /**
     * A purchase is about to be written.
     *
     * @param codeHigh most significant half of the code.
     * @param codeLow  least significant half of the code.
     */
    default void purchaseSent(final long codeHigh, final long codeLow) {}

    /**
     * A purchase was answered, whatever the status.
     *
     * @param codeHigh most significant half of the code.
     * @param codeLow  least significant half of the code.
     * @param status   HTTP status.
     * @param sequence place in the total order.
     * @param nanoTime when the answer was read.
     */
    default void purchaseAnswered(
            final long codeHigh, final long codeLow, final int status, final long sequence, final long nanoTime) {}

    /**
     * The connection ended before the answer: whether the server decided is not known.
     *
     * @param user id.
     * @param item id.
     */
    default void checkoutUnanswered(final long user, final int item) {}

    /**
     * The connection ended before the answer: whether the server decided is not known. It is not sent again.
     *
     * @param codeHigh most significant half of the code.
     * @param codeLow  least significant half of the code.
     */
    default void purchaseUnanswered(final long codeHigh, final long codeLow) {}
}
