package io.flashsale.bench.http;

/**
 * What a client asks: checkouts of random users and items.
 *
 * @param connections keep-alive connections.
 * @param depth       requests in flight on each.
 * @param users       numbered from 1.
 * @param items       numbered from 0.
 */
record Load(int connections, int depth, int users, int items) {
    /** As many users and items as an ordinary sale has. */
    static final int USERS = 1_000_000;

    static final int ITEMS = 10_000;

    /** An ordinary sale's users and items. */
    static Load of(final int connections, final int depth) {
        return new Load(connections, depth, USERS, ITEMS);
    }

    String name() {
        return depth == 1 ? connections + " connections" : connections + " connections, pipelined x" + depth;
    }
}
