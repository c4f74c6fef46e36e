package io.flashsale.bench.load;

import java.io.IOException;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;

/**
 * Opens the connections of one load thread, gives up those whose answers do not come, and opens lost ones again if the
 * load asks for it. One thread.
 */
final class ConnectionKeeper {
    /** How often to {@link #tend}: what need not be looked at for each answer. */
    static final long TEND_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Hears that a connection is open, and so may have room. */
    interface OpenHandler {
        void onOpen(LoadConnection connection, long nowNanos);
    }

    private final LoadConfig config;
    private final LoadConnection[] connections;
    private final Selector selector;
    private final LoadTraffic traffic;
    private final LoadRecorder recorder;
    private final OpenHandler openHandler;
    private int alive;
    private long tendAt;

    ConnectionKeeper(
            final LoadConfig config,
            final LoadConnection[] connections,
            final Selector selector,
            final LoadTraffic traffic,
            final LoadRecorder recorder,
            final OpenHandler openHandler) {
        this.config = config;
        this.connections = connections;
        this.selector = selector;
        this.traffic = traffic;
        this.recorder = recorder;
        this.openHandler = openHandler;
    }

    /** Starts to open every connection. */
    void openAll(final long now) {
        alive = connections.length;
        tendAt = now + TEND_NANOS;
        for (final LoadConnection connection : connections) {
            open(connection, now);
        }
    }

    /** Connections that are open, or will be tried again. */
    int alive() {
        return alive;
    }

    boolean isAnyConnecting() {
        for (final LoadConnection connection : connections) {
            if (connection.isConnecting()) {
                return true;
            }
        }
        return false;
    }

    boolean isTendDue(final long now) {
        return now - tendAt >= 0;
    }

    long tendAt() {
        return tendAt;
    }

    void tend(final long now) {
        tendAt = now + TEND_NANOS;
        final long patience = config.answerTimeout().toNanos();
        for (final LoadConnection connection : connections) {
            if (connection.isWaiting()) {
                tendLost(connection, now);
            } else if (connection.isConnecting()) {
                if (now - connection.connectingSince() > patience) {
                    end(connection, ConnectionEnd.CONNECT_FAILED, now);
                }
            } else if (!connection.inFlight().isEmpty()
                    && now - connection.inFlight().sentAt() > patience) {
                end(connection, ConnectionEnd.TIMED_OUT, now);
            }
        }
    }

    private void tendLost(final LoadConnection connection, final long now) {
        final boolean inVain =
                now - connection.lostSince() > config.reconnectTimeout().toNanos();
        if (inVain || !traffic.hasWorkFor(connection)) {
            giveUp(connection, now);
        } else if (connection.isRetryDue(now)) {
            open(connection, now);
        }
    }

    void finishConnect(final LoadConnection connection, final long now) throws IOException {
        connection.finishConnect();
        onOpen(connection, now);
    }

    /** A connection ended before the load did. */
    void end(final LoadConnection connection, final ConnectionEnd how, final long now) {
        recorder.connectionEnded(how);
        traffic.unanswered(connection, now);
        connection.disconnect();
        if (config.reconnect() && traffic.hasWorkFor(connection)) {
            connection.retryAt(now + RETRY_NANOS, now);
        } else {
            giveUp(connection, now);
        }
    }

    private void giveUp(final LoadConnection connection, final long now) {
        traffic.abandon(connection, now);
        connection.disconnect();
        alive--;
    }

    private void open(final LoadConnection connection, final long now) {
        try {
            connection.connect(selector, config.target(), now);
            onOpen(connection, now);
        } catch (final IOException e) {
            end(connection, ConnectionEnd.CONNECT_FAILED, now);
        }
    }

    private void onOpen(final LoadConnection connection, final long now) {
        if (connection.isOpen()) {
            if (connection.isLost()) {
                recorder.reconnected();
            }
            connection.found();
            openHandler.onOpen(connection, now);
        }
    }
}
