package io.flashsale.bench.load;

/**
 * Requests that a connection owes because of answers that it received, oldest first. There are never more than the
 * depth, since nothing else is sent while one waits. One thread; allocates nothing.
 */
final class OwedQueue {
    private final RequestFields[] owed;
    private int head;
    private int size;

    OwedQueue(final int capacity) {
        owed = RequestFields.array(capacity);
    }

    void add(final RequestFields fields) {
        assert size < owed.length : "more requests owed than the depth allows";
        owed[(head + size) % owed.length].set(fields);
        size++;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The oldest; valid until the next {@link #add}. */
    RequestFields remove() {
        assert size > 0 : "nothing to remove";
        final RequestFields oldest = owed[head];
        head = (head + 1) % owed.length;
        size--;
        return oldest;
    }
}
