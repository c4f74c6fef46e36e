package io.flashsale.transport;

/**
 * The requests of one connection that are not answered yet, oldest first; at most {@link TransportLimits#MAX_PIPELINED}.
 * A request keeps its position, a number modulo 64, until it is answered. Most connections ask one thing at a time, so
 * the ring starts with one entry and doubles when it must: ten thousand idle connections cost little.
 */
final class RequestQueue {
    private static final int POSITION_MASK = TransportLimits.MAX_PIPELINED - 1;

    private Entry[] ring = {new Entry()};
    private int head;
    private int tail;

    int size() {
        return tail - head;
    }

    boolean isEmpty() {
        return head == tail;
    }

    boolean isFull() {
        return tail - head == TransportLimits.MAX_PIPELINED;
    }

    /** Appends an entry; the queue must not be full. */
    Entry add() {
        if (isFull()) {
            throw new IllegalStateException("a connection's queue overflows");
        }
        if (size() == ring.length) {
            grow();
        }
        final int index = tail++ & (ring.length - 1);
        Entry entry = ring[index];
        if (entry == null) {
            entry = new Entry();
            ring[index] = entry;
        }
        entry.begin();
        return entry;
    }

    /** The oldest; the queue must not be empty. */
    Entry first() {
        return ring[head & (ring.length - 1)];
    }

    /** The newest; the queue must not be empty. */
    Entry last() {
        return ring[(tail - 1) & (ring.length - 1)];
    }

    /** The newest entry's position. */
    int lastPosition() {
        return (tail - 1) & POSITION_MASK;
    }

    /** The entry at a position, or null if no request there waits for its outcome. */
    Entry waitingAt(final int position) {
        final int distance = (position - head) & POSITION_MASK;
        if (distance >= size()) {
            return null;
        }
        final Entry entry = ring[(head + distance) & (ring.length - 1)];
        return entry.state == Entry.State.WAITING ? entry : null;
    }

    void removeFirst() {
        head++;
    }

    void removeLast() {
        tail--;
    }

    private void grow() {
        final Entry[] larger = new Entry[ring.length * 2];
        for (int i = head; i != tail; i++) {
            larger[i & (larger.length - 1)] = ring[i & (ring.length - 1)];
        }
        ring = larger;
    }
}
