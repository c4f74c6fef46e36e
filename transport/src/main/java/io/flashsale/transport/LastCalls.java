package io.flashsale.transport;

import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes in what has reached the kernel before the port closes, to be refused. Closing a port resets the connections that wait
 * to be accepted, and a client whose connection is reset after it has sent a request cannot know what became of it.
 */
final class LastCalls {
    /** A task that is due after this runs behind a look at all sockets of its loop. */
    private static final long PASS_MILLIS = 2;

    /** In a row, without a connection or a request: an event loop takes sixteen connections in at a look. */
    private static final int QUIET_PASSES = 2;

    /** Against clients that do not cease to come. */
    private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Lane[] lanes;
    private final TransportCounters counters;

    LastCalls(final Lane[] lanes, final TransportCounters counters) {
        this.lanes = lanes.clone();
        this.counters = counters;
    }

    /** Returns when nothing more comes in, or after a quarter of a second and one look at all sockets. Not for an event loop. */
    void takeIn() {
        final long begin = System.nanoTime();
        long before = seen();
        int quiet = 0;
        do {
            pass();
            final long now = seen();
            quiet = now == before ? quiet + 1 : 0;
            before = now;
        } while (quiet < QUIET_PASSES && System.nanoTime() - begin < MOST_NANOS);
    }

    private void pass() {
        final List<Future<?>> looks = new ArrayList<>();
        for (final Lane lane : lanes) {
            looks.add(lane.loop().schedule(() -> {}, PASS_MILLIS, TimeUnit.MILLISECONDS));
        }
        looks.forEach(Future::awaitUninterruptibly);
    }

    private long seen() {
        return counters.total(Counter.CONNECTIONS_ACCEPTED) + counters.total(Counter.REQUESTS);
    }
}
