package io.flashsale.bench.load;

/** First in, first out, of connections that each stand in it at most once. One thread; allocates nothing. */
final class ConnectionQueue {
    private final LoadConnection[] connections;
    private final boolean[] queued;
    private int head;
    private int size;

    ConnectionQueue(final int capacity) {
        connections = new LoadConnection[capacity];
        queued = new boolean[capacity];
    }

    void offer(final LoadConnection connection) {
        if (!queued[connection.index()]) {
            queued[connection.index()] = true;
            connections[(head + size) % connections.length] = connection;
            size++;
        }
    }

    /** The first, or null. */
    LoadConnection poll() {
        if (size == 0) {
            return null;
        }
        final LoadConnection connection = connections[head];
        head = (head + 1) % connections.length;
        size--;
        queued[connection.index()] = false;
        return connection;
    }
}
