package io.flashsale.bench.pipeline;

/** Codes on their way from the thread that answers to the one that publishes; what does not fit is dropped. */
final class CodeRing {
    private final long[] codes;
    private volatile long tail;
    private volatile long head;
    private long written;
    private long taken;

    /** For so many codes, a power of two. */
    CodeRing(final int capacity) {
        codes = new long[2 * capacity];
    }

    /** Adds one; it is seen after {@link #publish}. */
    void add(final long high, final long low) {
        if (2 * (written - head) < codes.length) {
            final int at = index(written);
            codes[at] = high;
            codes[at + 1] = low;
            written++;
        }
    }

    void publish() {
        tail = written;
    }

    boolean isEmpty() {
        return taken == tail;
    }

    long high() {
        return codes[index(taken)];
    }

    long low() {
        return codes[index(taken) + 1];
    }

    void remove() {
        taken++;
        head = taken;
    }

    private int index(final long position) {
        return (int) (2 * position) & (codes.length - 1);
    }
}
