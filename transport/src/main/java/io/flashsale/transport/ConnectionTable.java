package io.flashsale.transport;

import java.util.Arrays;

/**
 * The connections of one event loop, by slot. A slot that is used again gets another generation. Belongs to its event
 * loop.
 */
final class ConnectionTable {
    private static final int INITIAL = 64;

    private final int most;
    private Connection[] connections;
    private int[] generations;
    private int[] free;
    private int freeCount;
    private int used;

    ConnectionTable(final int most) {
        this.most = most;
        final int initial = Math.min(most, INITIAL);
        connections = new Connection[initial];
        generations = new int[initial];
        free = new int[initial];
    }

    /** Enters a connection and returns the routes' part that names it; there must be room. */
    long enter(final int loop, final Connection connection) {
        if (freeCount == 0 && used == most) {
            throw new IllegalStateException("more connections than their limit");
        }
        final int slot;
        if (freeCount > 0) {
            slot = free[--freeCount];
        } else {
            if (used == connections.length) {
                grow();
            }
            slot = used++;
        }
        connections[slot] = connection;
        generations[slot]++;
        return Route.ofConnection(loop, slot, generations[slot]);
    }

    void leave(final long route) {
        final int slot = Route.slot(route);
        connections[slot] = null;
        free[freeCount++] = slot;
    }

    /** The connection that a route came from, or null if it is gone. */
    Connection find(final long route) {
        final Connection connection = connections[Route.slot(route)];
        return connection != null && connection.route() == Route.connection(route) ? connection : null;
    }

    /** Slots to look at with {@link #at}. */
    int slots() {
        return used;
    }

    /** The connection in a slot, or null. */
    Connection at(final int slot) {
        return connections[slot];
    }

    private void grow() {
        final int length = Math.min(most, connections.length * 2);
        connections = Arrays.copyOf(connections, length);
        generations = Arrays.copyOf(generations, length);
        free = Arrays.copyOf(free, length);
    }
}
