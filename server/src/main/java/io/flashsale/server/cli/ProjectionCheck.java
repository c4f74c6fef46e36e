package io.flashsale.server.cli;

import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.projector.DatabaseConfig;
import io.flashsale.projector.NothingProjectedException;
import io.flashsale.projector.ProjectionVerifier;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.projector.VerificationReport;
import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.lifecycle.DataDirectory;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import io.flashsale.server.postgres.NoPostgresException;
import io.flashsale.server.postgres.PostgresStartException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares PostgreSQL with the journal; starts the embedded server for that time if there is one and it does not run. */
final class ProjectionCheck {
    private static final Logger LOG = LoggerFactory.getLogger(ProjectionCheck.class);
    private static final int DIFFERENCES_SHOWN = 20;
    /** For a first start: PostgreSQL's files, the database, its tables and the first transaction. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long PAUSE_MILLIS = 100;

    private final ServerConfig config;
    private final DataDirectory data;

    ProjectionCheck(final ServerConfig config, final DataDirectory data) {
        this.config = config;
        this.data = data;
    }

    /**
     * Compares.
     *
     * @param figures receives what was found.
     * @return true if there is no difference.
     * @throws CommandFailedException    if the database cannot be reached or used, or the process was told to stop.
     * @throws NothingProjectedException if there is nothing to compare with, and no projector that would make it.
     */
    boolean run(final Map<String, Object> figures) {
        final VerificationReport report = switch (config.database()) {
            case EXTERNAL -> whenProjected(() -> compare(config.external()));
            case EMBEDDED -> compareEmbedded();
            case NONE ->
                throw new CommandFailedException("--verify needs a database, and DB_HOST=none says that there is none");
        };
        figures.put("verified_from", report.fromSequence());
        figures.put("projected_through", report.throughSequence());
        figures.put("verified_sales", report.sales());
        figures.put("verified_items", report.items());
        figures.put("verified_attempts", report.attempts());
        figures.put("verified_purchases", report.purchases());
        figures.put("differences", report.differences());
        int number = 0;
        for (final String difference : report.firstDifferences()) {
            figures.put("difference_" + ++number, difference);
        }
        return report.isEqual();
    }

    private VerificationReport compareEmbedded() {
        final EmbeddedPostgresServer embedded = new EmbeddedPostgresServer(data.postgres(), config.databaseName());
        try (BorrowedPostgres borrowed = new BorrowedPostgres(embedded)) {
            try {
                final DatabaseConfig address = whenProjected(borrowed::start);
                borrowed.startEnded();
                return whenProjected(() -> compare(address));
            } catch (final RuntimeException e) {
                if (borrowed.isToldToStop()) {
                    throw BorrowedPostgres.toldToStop(e);
                }
                throw e;
            }
        } catch (final PostgresStartException e) {
            throw new CommandFailedException(e.getMessage(), e);
        }
    }

    /** While a projector lives, what it has not made yet is waited for. */
    private <T> T whenProjected(final Supplier<T> look) {
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean said = false;
        while (true) {
            // Asked before the look: one that ends in between has made what it makes.
            final boolean isProjected = data.isProjected();
            try {
                return look.get();
            } catch (final NothingProjectedException | NoPostgresException e) {
                if (!isProjected || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                if (!said) {
                    said = true;
                    LOG.info("waiting for the first rows of the projector, which is starting");
                }
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw BorrowedPostgres.toldToStop(e);
        }
    }

    private VerificationReport compare(final DatabaseConfig address) {
        try {
            return new ProjectionVerifier(
                            address,
                            new ChronicleSegmentStorage(data.journal()),
                            new SnapshotStore(data.snapshots()),
                            config.databaseRetain(),
                            DIFFERENCES_SHOWN,
                            commands -> {})
                    .verify();
        } catch (final SQLException e) {
            throw new CommandFailedException("cannot compare with " + address + ": " + e.getMessage(), e);
        }
    }
}
