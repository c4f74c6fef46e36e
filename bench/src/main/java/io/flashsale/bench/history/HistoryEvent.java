package io.flashsale.bench.history;

import io.flashsale.bench.load.AnswerOutcome;
import io.flashsale.bench.load.RequestKind;
import java.util.UUID;

/**
 * A request and what its client learnt of it.
 *
 * @param kind       what was asked for.
 * @param user       of the checkout that is meant.
 * @param item       of the checkout that is meant.
 * @param code       sent with a purchase or release, received by a checkout; null if there was none.
 * @param key        what the Idempotency-Key was made of; 0: none.
 * @param sentAt     before it was written, epoch milliseconds.
 * @param receivedAt when the answer had arrived, epoch milliseconds; without an answer, when the connection was lost.
 * @param sentNanos  {@code sentAt} by the recorder's clock, which alone orders requests.
 * @param gotNanos   {@code receivedAt} by the recorder's clock.
 * @param status     HTTP status; 0 without an answer.
 * @param outcome    what the answer said, or {@link AnswerOutcome#UNANSWERED}.
 * @param sequence   place in the total order; negative if there was none.
 */
public record HistoryEvent(
        RequestKind kind,
        long user,
        int item,
        UUID code,
        long key,
        long sentAt,
        long receivedAt,
        long sentNanos,
        long gotNanos,
        int status,
        AnswerOutcome outcome,
        long sequence) {

    boolean isUnanswered() {
        return outcome == AnswerOutcome.UNANSWERED;
    }

    boolean isDecided() {
        return outcome.isDecided();
    }

    @Override
    public String toString() {
        return kind + " user " + user + " item " + item + (code == null ? "" : " code " + code)
                + (key == 0 ? "" : " key " + Long.toHexString(key)) + " -> " + outcome
                + (sequence < 0 ? "" : " at sequence " + sequence);
    }
}
