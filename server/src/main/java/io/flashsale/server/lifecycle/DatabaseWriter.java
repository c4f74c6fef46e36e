package io.flashsale.server.lifecycle;

import io.flashsale.projector.DatabaseConfig;
import io.flashsale.projector.Projector;
import io.flashsale.projector.ProjectorStatus;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service's PostgreSQL side: starts the embedded server if there is one, and again whenever it is gone, and the
 * projector; on a thread of its own, because the sale waits for neither.
 */
final class DatabaseWriter implements Projection {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseWriter.class);
    /** What a start under way needs to notice that it was interrupted: it asks PostgreSQL for a second at a time. */
    private static final Duration LEAST_THREAD_PATIENCE = Duration.ofMillis(1_200);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final EmbeddedPostgresServer embedded;
    private final PostgresKeeper keeper;
    private final DatabaseConfig external;
    private final Function<DatabaseConfig, Projector> projectorFactory;
    private final Thread thread = new Thread(this::run, "database");
    private DatabaseConfig projectedTo;
    private volatile Projector projector;
    private volatile boolean closing;
    private volatile String failure;

    /**
     * Assigns; starts nothing.
     *
     * @param embedded         server to keep running, or null.
     * @param external         address, if there is no embedded one.
     * @param projectorFactory builds the projector for an address.
     */
    DatabaseWriter(
            final EmbeddedPostgresServer embedded,
            final DatabaseConfig external,
            final Function<DatabaseConfig, Projector> projectorFactory) {
        this.embedded = embedded;
        keeper = embedded == null ? null : new PostgresKeeper(embedded);
        this.external = external;
        this.projectorFactory = projectorFactory;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        // Inherited by the projector's threads and by PostgreSQL, which this thread starts: they may lag, the sale may
        // not.
        BackgroundPriority.applyToCaller();
        while (!closing) {
            try {
                step();
                failure = null;
            } catch (final Throwable t) {
                final String reason = t instanceof Error ? t.toString() : String.valueOf(t.getMessage());
                if (!reason.equals(failure)) {
                    // A bug, too little memory, a disk that fails: nothing that happens here may reach the sale, or end
                    // this.
                    LOG.error("no projection to PostgreSQL for now, trying again: {}", reason, t);
                }
                failure = reason;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    private void step() {
        final DatabaseConfig address = keeper == null ? external : keeper.step();
        if (address == null || address.equals(projectedTo)) {
            return;
        }
        if (projector != null) {
            LOG.info("PostgreSQL is now at {}", address);
            projector.close();
        }
        startProjector(address);
    }

    private synchronized void startProjector(final DatabaseConfig address) {
        if (closing) {
            return;
        }
        final Projector started = projectorFactory.apply(address);
        started.start();
        projector = started;
        projectedTo = address;
    }

    @Override
    public String place() {
        return "";
    }

    @Override
    public ProjectorStatus status() {
        final Projector running = projector;
        if (running == null) {
            return null;
        }
        final ProjectorStatus status = running.status();
        final String reason = failure();
        return reason == null
                ? status
                : new ProjectorStatus(status.state(), status.projectedSequence(), status.lastReadSequence(), reason);
    }

    @Override
    public String failure() {
        final String down = keeper == null ? null : keeper.failure();
        return down == null ? failure : down;
    }

    /**
     * Waits until everything up to a sequence is in PostgreSQL.
     *
     * @return false if that took longer, or PostgreSQL never ran.
     */
    boolean awaitSequence(final long sequence, final Duration timeout) {
        final long deadline = System.nanoTime() + timeout.toNanos();
        while (projector == null) {
            if (failure() != null
                    || System.nanoTime() - deadline > 0
                    || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return projector.awaitSequence(sequence, until(deadline));
    }

    /**
     * Stops the projector, then the embedded server unless another process uses it. A start under way is interrupted; what
     * it has started is stopped. Again does nothing.
     *
     * <p>Takes at most the patience and less than five seconds more, however PostgreSQL hangs: then it is left running, which is said,
     * and the next start adopts it.
     *
     * @param patience for all of it.
     */
    void close(final Duration patience) {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
        }
        final long deadline = System.nanoTime() + patience.toNanos();
        thread.interrupt();
        final boolean ended = threadEnded(until(deadline));
        final Projector running = projector;
        if (running != null) {
            running.close(until(deadline));
        }
        if (!ended && embedded != null && embedded.isRunning()) {
            LOG.warn("PostgreSQL is still starting and is left running; the next start adopts it");
        } else if (!ended) {
            LOG.warn("PostgreSQL was still being set up; the next start begins that anew");
        } else if (embedded != null) {
            embedded.stop(until(deadline));
        }
    }

    private static Duration until(final long deadlineNanos) {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }

    private boolean threadEnded(final Duration patience) {
        final Duration granted = patience.compareTo(LEAST_THREAD_PATIENCE) < 0 ? LEAST_THREAD_PATIENCE : patience;
        try {
            thread.join(granted.toMillis());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
