package io.flashsale.bench.load;

/**
 * The requests of one connection that wait for their answer, oldest first: answers come in the order of requests. Filled
 * once, so that sending allocates nothing. One thread.
 */
final class InFlight {
    private final RequestFields[] fields;
    private final long[] countsFrom;
    private final long[] sentAt;
    private final long[] answeredBefore;
    private int head;
    private int size;

    InFlight(final int capacity) {
        fields = RequestFields.array(capacity);
        countsFrom = new long[capacity];
        sentAt = new long[capacity];
        answeredBefore = new long[capacity];
    }

    void add(
            final RequestFields request,
            final long countsFromNanos,
            final long nowNanos,
            final long highestSequenceAnswered) {
        assert size < fields.length : "more requests than the depth allows";
        final int at = (head + size) % fields.length;
        fields[at].set(request);
        countsFrom[at] = countsFromNanos;
        sentAt[at] = nowNanos;
        answeredBefore[at] = highestSequenceAnswered;
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
        head = (head + 1) % fields.length;
        size--;
    }

    /** The oldest; valid until it is removed and another one added. */
    RequestFields oldest() {
        return fields[head];
    }

    /** From when the oldest request's latency counts: planned or actual send, nanoseconds. */
    long countsFrom() {
        return countsFrom[head];
    }

    /** When the oldest request was sent, nanoseconds. */
    long sentAt() {
        return sentAt[head];
    }

    /** The highest sequence in any answer that had arrived before the oldest request was sent. */
    long answeredBeforeSend() {
        return answeredBefore[head];
    }
}
