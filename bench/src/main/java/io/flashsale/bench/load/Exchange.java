package io.flashsale.bench.load;

/**
 * A request and what became of it: a view that is valid during the call that hands it over, since it is filled anew for
 * the next one. For the thread that is called. Times are {@link System#nanoTime()}: the request was written after
 * {@link #sentAt()}, and its answer had arrived by {@link #receivedAt()}.
 */
public final class Exchange {
    RequestKind kind;
    boolean repeat;
    long user;
    int item;
    long codeHigh;
    long codeLow;
    long key;
    long earlierHigh;
    long earlierLow;
    boolean toBeReleased;
    long sentAt;
    long answeredBeforeSend;
    long receivedAt;
    int status;
    AnswerOutcome outcome;
    long sequence;
    byte[] body;
    int bodyLength;

    Exchange() {}

    /** What was asked for. */
    public RequestKind kind() {
        return kind;
    }

    /** Whether the same was accepted before, under the same key. */
    public boolean isRepeat() {
        return repeat;
    }

    /** Of the checkout that is meant, also for purchases and releases. */
    public long user() {
        return user;
    }

    /** Of the checkout that is meant, also for purchases and releases. */
    public int item() {
        return item;
    }

    /**
     * The code's most significant half: that was sent; of an accepted checkout: that was received; of a repeated
     * checkout without an answer: that was received before.
     */
    public long codeHigh() {
        return codeHigh;
    }

    /** The code's least significant half, as {@link #codeHigh()}; both are 0 if there is none. */
    public long codeLow() {
        return codeLow;
    }

    /** Whether a repeated checkout was answered by the code that the first one got. */
    public boolean isSameCode() {
        return codeHigh == earlierHigh && codeLow == earlierLow;
    }

    /** Of a checkout: whether its code is to be released, which may happen any time from now on. */
    public boolean isToBeReleased() {
        return toBeReleased;
    }

    /** What its Idempotency-Key was made of, or 0 if it had none. */
    public long key() {
        return key;
    }

    /** Before it was written, nanoseconds. */
    public long sentAt() {
        return sentAt;
    }

    /** The highest Sale-Sequence in any answer that had arrived before this was written. */
    public long answeredBeforeSend() {
        return answeredBeforeSend;
    }

    /** When its answer had arrived, or its connection was seen to be lost, nanoseconds. */
    public long receivedAt() {
        return receivedAt;
    }

    /** HTTP status; 0 without an answer. */
    public int status() {
        return status;
    }

    /** What the answer says. */
    public AnswerOutcome outcome() {
        return outcome;
    }

    /** How the body begins, at most its first 64 bytes; printable characters only. */
    public String bodyText() {
        final StringBuilder text = new StringBuilder(ResponseParser.BODY_KEPT);
        for (int i = 0; i < Math.min(bodyLength, ResponseParser.BODY_KEPT); i++) {
            text.append(body[i] >= ' ' && body[i] < 0x7F ? (char) body[i] : '?');
        }
        return text.toString();
    }

    /** Place in the total order, or {@link LoadListener#NO_SEQUENCE}. */
    public long sequence() {
        return sequence;
    }
}
