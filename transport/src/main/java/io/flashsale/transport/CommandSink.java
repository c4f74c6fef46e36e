package io.flashsale.transport;

/**
 * Where commands go. Called on event loops, so it never blocks and never throws. What it accepts must be answered
 * exactly once through {@link AnswerSink}, with the same route.
 */
public interface CommandSink {
    /**
     * A checkout.
     *
     * @param route    back to the request; opaque.
     * @param user     any.
     * @param item     any; only the engine knows which items there are.
     * @param nonce    secure random bits of the code to issue.
     * @param retryKey keyed hash of the client's {@code Idempotency-Key}, or 0 if it gave none.
     * @return false if there is no room; the request is then answered here.
     */
    boolean checkout(long route, long user, int item, long nonce, long retryKey);

    /**
     * A purchase.
     *
     * @param route    back to the request; opaque.
     * @param codeHigh most significant bits.
     * @param codeLow  least significant bits.
     * @param retryKey keyed hash of the client's {@code Idempotency-Key}, or 0 if it gave none.
     * @return false if there is no room; the request is then answered here.
     */
    boolean purchase(long route, long codeHigh, long codeLow, long retryKey);

    /**
     * A release.
     *
     * @param route    back to the request; opaque.
     * @param codeHigh most significant bits.
     * @param codeLow  least significant bits.
     * @return false if there is no room; the request is then answered here.
     */
    boolean release(long route, long codeHigh, long codeLow);

    /**
     * The calling event loop has handed over all commands of this iteration. Called once per iteration in which it
     * handed over any, so a pipeline whose threads sleep can be woken once instead of once per command.
     */
    default void endOfBatch() {}
}
