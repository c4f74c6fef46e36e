package io.flashsale.server.lifecycle;

import io.flashsale.projector.DatabaseConfig;
import io.flashsale.projector.Projector;
import io.flashsale.projector.ProjectorStatus;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import java.time.Duration;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service's PostgreSQL side: starts the embedded server if there is one, then the projector, on a thread of its own,
 * because the sale does not wait for either.
 */
final class DatabaseWriter implements Projection, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseWriter.class);
    private static final Duration START_PATIENCE = Duration.ofSeconds(20);

    private final EmbeddedPostgresServer embedded;
    private final DatabaseConfig external;
    private final Function<DatabaseConfig, Projector> projectorFactory;
    private final Thread starter = new Thread(this::startUp, "database-start");
    private volatile Projector projector;
    private volatile boolean closing;
    private volatile String failure;

    /**
     * Assigns; starts nothing.
     *
     * @param embedded         server to start, or null.
     * @param external         address, if there is no embedded one.
     * @param projectorFactory builds the projector for an address.
     */
    DatabaseWriter(
            final EmbeddedPostgresServer embedded,
            final DatabaseConfig external,
            final Function<DatabaseConfig, Projector> projectorFactory) {
        this.embedded = embedded;
        this.external = external;
        this.projectorFactory = projectorFactory;
        starter.setDaemon(true);
    }

    void start() {
        starter.start();
    }

    private void startUp() {
        try {
            final DatabaseConfig address = embedded == null ? external : embedded.start();
            if (closing) {
                return;
            }
            final Projector started = projectorFactory.apply(address);
            started.start();
            projector = started;
        } catch (final Exception e) {
            failure = e.getMessage();
            LOG.error("no projection to PostgreSQL until the next start: {}", e.getMessage(), e);
        }
    }

    @Override
    public String place() {
        return "";
    }

    @Override
    public ProjectorStatus status() {
        final Projector running = projector;
        return running == null ? null : running.status();
    }

    @Override
    public String failure() {
        return failure;
    }

    /** Waits until everything up to a sequence is in PostgreSQL. */
    boolean awaitSequence(final long sequence, final Duration timeout) {
        final long deadline = System.nanoTime() + timeout.toNanos();
        try {
            starter.join(Math.max(1, timeout.toMillis()));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        final Projector running = projector;
        return running != null
                && running.awaitSequence(sequence, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }

    /** Waits for a start that is under way: PostgreSQL would otherwise be left running, by a stop that came too early. */
    @Override
    public void close() {
        closing = true;
        if (!startEnded()) {
            LOG.warn("PostgreSQL is still starting and is left running; the next start adopts it");
            return;
        }
        final Projector running = projector;
        if (running != null) {
            running.close();
        }
        if (embedded != null) {
            embedded.stop();
        }
    }

    private boolean startEnded() {
        try {
            starter.join(START_PATIENCE.toMillis());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !starter.isAlive();
    }
}
