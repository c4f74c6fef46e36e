package io.flashsale.server.lifecycle;

import io.flashsale.projector.DatabaseConfig;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import io.flashsale.server.postgres.PostgresStartException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the embedded PostgreSQL running: starts it, and again whenever it is gone, with pauses that grow from half a second
 * to ten. Each failure is logged once until it runs again.
 *
 * <p>Steps are one thread's; what went wrong can be asked by any.
 */
final class PostgresKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresKeeper.class);
    /** Short, so that health tells of a server that hangs in its recovery; the next attempt waits for the same one. */
    private static final Duration ATTEMPT = Duration.ofSeconds(10);

    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(500).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();
    /** What ran for less is in trouble, however well it started. */
    private static final long STEADY_NANOS = Duration.ofSeconds(30).toNanos();

    private final EmbeddedPostgresServer server;
    private final Set<String> logged = new HashSet<>();
    private DatabaseConfig address;
    private boolean running;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long changedNanos = System.nanoTime() - FIRST_PAUSE_NANOS;
    private volatile String failure;

    PostgresKeeper(final EmbeddedPostgresServer server) {
        this.server = server;
    }

    /**
     * One look, and a start if one is due: that takes seconds.
     *
     * @return where PostgreSQL is, or was last; null before the first successful start. The port stays what it was unless
     *     another process took it meanwhile.
     */
    DatabaseConfig step() {
        final long sinceChange = System.nanoTime() - changedNanos;
        if (running && server.isRunning()) {
            if (sinceChange > STEADY_NANOS) {
                pauseNanos = FIRST_PAUSE_NANOS;
                logged.clear();
            }
            return address;
        }
        if (running) {
            failed("it ended, whoever ended it; it is started again");
        } else if (sinceChange > pauseNanos) {
            start();
        }
        return address;
    }

    private void start() {
        pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
        try {
            address = server.start(ATTEMPT);
            running = true;
            changedNanos = System.nanoTime();
            if (failure != null) {
                LOG.info("the own PostgreSQL runs again");
            }
            failure = null;
        } catch (final PostgresStartException e) {
            failed(e.getMessage());
        }
    }

    private void failed(final String reason) {
        running = false;
        changedNanos = System.nanoTime();
        failure = "the own PostgreSQL is down: " + reason;
        if (!Thread.currentThread().isInterrupted() && logged.add(reason)) {
            LOG.warn("{}; trying again until it runs", failure);
        }
    }

    /** Any thread: why it does not run, or null. */
    String failure() {
        return failure;
    }
}
