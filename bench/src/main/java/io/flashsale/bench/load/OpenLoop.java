package io.flashsale.bench.load;

/**
 * Sends each request at its planned time, or, when no connection has room, as soon as one has: its latency counts from
 * the planned time all the same. A connection that owes a request goes first. One thread; allocates nothing.
 */
final class OpenLoop {
    private static final long NEVER = Long.MAX_VALUE;

    private final LoadConfig config;
    private final int thread;
    private final LoadTraffic traffic;
    private final LoadRecorder recorder;
    private final ConnectionQueue owing;
    private final ConnectionQueue withRoom;
    private final ConnectionQueue unflushed;
    private SendSchedule schedule;
    private long noRoomAt;

    OpenLoop(
            final LoadConfig config,
            final int thread,
            final int connections,
            final LoadTraffic traffic,
            final LoadRecorder recorder) {
        this.config = config;
        this.thread = thread;
        this.traffic = traffic;
        this.recorder = recorder;
        owing = new ConnectionQueue(connections);
        withRoom = new ConnectionQueue(connections);
        unflushed = new ConnectionQueue(connections);
    }

    void startAt(final long startNanos) {
        noRoomAt = startNanos - 1;
        schedule = new SendSchedule(startNanos, config.rate(), thread, config.threads());
    }

    /** The connection may have room; it is looked at again when its turn comes. */
    void offer(final LoadConnection connection) {
        if (connection.hasRoom()) {
            (connection.owed().isEmpty() ? withRoom : owing).offer(connection);
        }
    }

    /**
     * Writes the requests that are due and for which there is room.
     *
     * @return the first connection to flush, or null; the others by {@link #pollUnflushed()}.
     */
    LoadConnection sendDue(final long now) {
        while (schedule.next() - now <= 0) {
            if (!traffic.mayCheckout() && !traffic.isRequestOwed()) {
                // After the last checkout a planned time counts only if something is owed.
                schedule.skipThrough(now);
                break;
            }
            final LoadConnection connection = pollSendable();
            if (connection == null) {
                noRoomAt = now;
                break;
            }
            final long planned = schedule.next();
            schedule.take();
            // If there was room all the time since it was due, nobody but this client was late.
            recorder.sendDelay(now - planned, noRoomAt - planned < 0);
            traffic.send(connection, planned, now);
            unflushed.offer(connection);
            offer(connection);
        }
        return unflushed.poll();
    }

    LoadConnection pollUnflushed() {
        return unflushed.poll();
    }

    /** The load is over: what was planned until then and found no room is counted, and never sent. */
    void giveUpThrough(final long nanos) {
        recorder.plannedNotSent(schedule.skipThrough(nanos));
    }

    /** When to send next; never, as long as what is due finds no room. To be called after {@link #sendDue}. */
    long nextSend(final long now) {
        final long next = schedule.next();
        return next - now <= 0 ? NEVER : next;
    }

    private LoadConnection pollSendable() {
        LoadConnection connection = owing.poll();
        while (connection != null) {
            if (connection.hasRoom() && !connection.owed().isEmpty()) {
                return connection;
            }
            // Sent in the meantime, or lost. If it has room, it goes where it belongs.
            offer(connection);
            connection = owing.poll();
        }
        connection = withRoom.poll();
        while (connection != null && !(connection.hasRoom() && traffic.hasWorkFor(connection))) {
            connection = withRoom.poll();
        }
        return connection;
    }
}
