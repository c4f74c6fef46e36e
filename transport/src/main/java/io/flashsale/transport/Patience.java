package io.flashsale.transport;

import java.util.concurrent.TimeUnit;

/**
 * How long one connection has kept the service waiting. Knows times only; what follows from them is the connection's to do.
 * Belongs to its event loop, whose coarse clock it reads.
 */
final class Patience {
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** A client that has not moved for this long holds up no stop. */
    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Lane lane;

    /** When the arriving request began, or could be read again. */
    private long beganNanos;
    /** When the client last completed a request, was answered, or took some of its answers. */
    private long activeNanos;

    private long pendingBytes;

    Patience(final Lane lane) {
        this.lane = lane;
    }

    /** A request begins, or goes on after a time in which nobody read: that was not the client's. */
    void requestBegan() {
        beganNanos = lane.now();
    }

    /** The client, or an answer to it, has moved. */
    void moved() {
        activeNanos = lane.now();
    }

    /** Notes how many bytes of answers wait for the client; fewer, or more, are a movement. */
    void pending(final long bytes) {
        if (bytes != pendingBytes) {
            pendingBytes = bytes;
            moved();
        }
    }

    boolean endsRequest() {
        return lane.now() - beganNanos >= lane.requestNanos;
    }

    boolean endsIdleness() {
        return quiet() >= lane.idleNanos;
    }

    boolean endsLingering() {
        return quiet() >= LINGER_NANOS;
    }

    /** Whether a stop waits no longer for the client to take what is written. */
    boolean endsTakingAtStop() {
        return quiet() >= STOP_NANOS;
    }

    /** Whether a stop waits no longer for the rest of a request, which would only be refused. */
    boolean endsRequestAtStop() {
        return lane.now() - beganNanos >= STOP_NANOS;
    }

    private long quiet() {
        return lane.now() - activeNanos;
    }
}
