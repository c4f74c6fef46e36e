package io.flashsale.transport;

import io.flashsale.engine.Outcome;

/**
 * Takes outcomes back to the requests that asked. Called by one thread only, the pipeline's response thread. It never
 * blocks; an answer whose connection is gone is dropped and counted, the outcome stands.
 */
public interface AnswerSink {
    /**
     * The outcome of one command. It is sent at the latest after the next {@link #flush()}.
     *
     * @param route           as given to the {@link CommandSink}.
     * @param outcome         what was decided.
     * @param sequence        place in the total order.
     * @param codeHigh        most significant bits of the code, if the outcome issues one.
     * @param codeLow         least significant bits of the code, if the outcome issues one.
     * @param user            who checks out, or whose purchase or release was accepted.
     * @param expiresAtMillis until when the code can be bought, if the outcome issues one; epoch milliseconds.
     */
    void answer(
            long route, Outcome outcome, long sequence, long codeHigh, long codeLow, long user, long expiresAtMillis);

    /** End of a batch: wakes each event loop that got answers, once. */
    void flush();
}
