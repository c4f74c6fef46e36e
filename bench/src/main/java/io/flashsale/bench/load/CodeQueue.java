package io.flashsale.bench.load;

/**
 * Codes that a connection has received and not bought yet, oldest first. There are never more than the depth, since
 * no checkout is sent while a code waits. One thread; allocates nothing.
 */
final class CodeQueue {
    private final long[] high;
    private final long[] low;
    private int head;
    private int size;

    CodeQueue(final int capacity) {
        high = new long[capacity];
        low = new long[capacity];
    }

    void add(final long codeHigh, final long codeLow) {
        assert size < high.length : "more codes than the depth allows";
        final int at = (head + size) % high.length;
        high[at] = codeHigh;
        low[at] = codeLow;
        size++;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    long high() {
        return high[head];
    }

    long low() {
        return low[head];
    }

    void remove() {
        assert size > 0 : "nothing to remove";
        head = (head + 1) % high.length;
        size--;
    }

    void clear() {
        size = 0;
    }
}
