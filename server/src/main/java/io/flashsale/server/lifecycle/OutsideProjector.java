package io.flashsale.server.lifecycle;

import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalSegments;
import io.flashsale.projector.DatabaseConfig;
import io.flashsale.projector.DatabaseProbe;
import io.flashsale.projector.JournalDurability;
import io.flashsale.projector.ProjectionMark;
import io.flashsale.projector.Projector;
import io.flashsale.projector.ProjectorConfig;
import io.flashsale.projector.ProjectorStatus;
import io.flashsale.projector.ProjectorStatus.State;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.server.cli.CommandFailedException;
import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The projector as a process of its own, beside a service that runs, or was stopped, or is started again meanwhile. It
 * takes a lock of its own and never the service's, reads only what the journal itself proves durable, and owns the embedded
 * PostgreSQL while it runs, if that is the database. It writes nothing to the journal, and syncs nothing of it.
 *
 * <p>{@link #run} is called once, by one thread; {@link #stop} by any.
 */
public final class OutsideProjector {
    private static final Logger LOG = LoggerFactory.getLogger(OutsideProjector.class);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ServerConfig config;
    private final DataDirectory data;
    private final ChronicleSegmentStorage storage;
    private final ResourceStack resources = new ResourceStack();
    private PostgresKeeper keeper;
    private volatile boolean stopping;

    /**
     * Assigns; opens nothing.
     *
     * @param config validated.
     * @param data   directory that holds a journal.
     */
    public OutsideProjector(final ServerConfig config, final DataDirectory data) {
        this.config = config;
        this.data = data;
        // Here, as this sets Chronicle up: it registers a shutdown hook, which a JVM that was told to stop refuses.
        storage = new ChronicleSegmentStorage(data.journal());
    }

    /**
     * Projects until it is told to stop.
     *
     * @throws CommandFailedException if it cannot begin or go on, for a reason that the operator can mend.
     */
    public void run() {
        if (config.database() == ServerConfig.Database.NONE) {
            throw new CommandFailedException("DB_HOST=none says that there is no database to project to");
        }
        try {
            resources.push("projector lock", ProjectorLock.acquire(data, "flash-sale project"));
            final long journalId = awaitJournal();
            if (journalId != 0) {
                requireOwnMark();
            }
            final DatabaseConfig address = journalId == 0 ? null : database(journalId);
            if (address != null) {
                project(address);
            }
        } finally {
            resources.close();
        }
    }

    private void requireOwnMark() {
        try {
            ProjectionMark.evidence(data.projectionMark(), storage);
        } catch (final IOException e) {
            throw new CommandFailedException(data.projectionMark() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** The journal's identity; 0 if told to stop before there was one. */
    private long awaitJournal() {
        while (!stopping) {
            final long journalId = JournalSegments.of(storage).journalId();
            if (journalId != 0) {
                return journalId;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return 0;
    }

    private DatabaseConfig database(final long journalId) {
        if (config.database() == ServerConfig.Database.EMBEDDED) {
            final EmbeddedPostgresServer embedded = new EmbeddedPostgresServer(data.postgres(), config.databaseName());
            resources.push("embedded PostgreSQL", embedded::stop);
            keeper = new PostgresKeeper(embedded);
            return keptAddress();
        }
        final DatabaseProbe.Result result = DatabaseProbe.probe(config.external(), journalId);
        if (result.isPermanent()) {
            throw new CommandFailedException(result.message());
        }
        if (!result.isReachable()) {
            LOG.warn("{}; trying again until it answers", result.message());
        }
        return config.external();
    }

    /** Null if told to stop before PostgreSQL ran. */
    private DatabaseConfig keptAddress() {
        while (!stopping) {
            final DatabaseConfig address = keeper.step();
            if (address != null) {
                return address;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return null;
    }

    /** The projector reconnects by itself, to where it was. */
    private void keepDatabase(final DatabaseConfig address) {
        if (keeper != null && !address.equals(keeper.step())) {
            throw new CommandFailedException(
                    "PostgreSQL had to take another port, since a process has taken its own: start this again");
        }
    }

    private void project(final DatabaseConfig address) {
        final ProjectorConfig projecting = ProjectorConfig.of(address, data.projectionMark(), config.attemptsKept())
                .withSnapshots(new SnapshotStore(data.snapshots()))
                .withRetention(config.databaseRetain())
                .withRoom(data::hasSpaceToSpare);
        final Projector projector =
                new Projector(projecting, storage, JournalDurability.provenByJournal(data.projectionMark()));
        resources.push("projector", projector);
        projector.start();
        LOG.info("projecting {} to {}", data.journal(), address);
        State shown = State.STARTING;
        while (!stopping) {
            final ProjectorStatus status = projector.status();
            if (status.state() == State.STOPPED_BY_ERROR) {
                throw new CommandFailedException(
                        "the projector stopped at sequence " + status.projectedSequence() + ": " + status.lastError());
            }
            if (status.state() != shown) {
                shown = status.state();
                LOG.info("{}, PostgreSQL has everything through sequence {}", shown, status.projectedSequence());
            }
            keepDatabase(address);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        finish(projector);
    }

    /** What was read when the stop was asked for is written, if PostgreSQL takes it. */
    private void finish(final Projector projector) {
        final ProjectorStatus status = projector.status();
        if (status.isHealthy() && !projector.awaitSequence(status.lastReadSequence(), config.drain())) {
            LOG.warn("stopping while PostgreSQL is behind the journal; the next start catches up");
        }
        projector.close();
        LOG.info(
                "stopped, PostgreSQL has everything through sequence {}",
                projector.status().projectedSequence());
    }

    /** Makes {@link #run} finish its batch and return. */
    public void stop() {
        stopping = true;
    }
}
