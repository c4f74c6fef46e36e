package io.flashsale.server.cli;

import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.projector.DatabaseConfig;
import io.flashsale.projector.ProjectionException;
import io.flashsale.projector.ProjectionVerifier;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.projector.VerificationReport;
import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.lifecycle.DataDirectory;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import io.flashsale.server.postgres.PostgresStartException;
import java.sql.SQLException;
import java.util.Map;

/** Compares PostgreSQL with the journal; starts the embedded server for that time if there is one and it does not run. */
final class ProjectionCheck {
    private static final int DIFFERENCES_SHOWN = 20;

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
     * @throws CommandFailedException if there is nothing to compare with.
     */
    boolean run(final Map<String, Object> figures) {
        final VerificationReport report = switch (config.database()) {
            case EXTERNAL -> compare(config.external());
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
        try {
            return compare(embedded.startExisting());
        } catch (final PostgresStartException e) {
            throw new CommandFailedException(e.getMessage(), e);
        } finally {
            // Does nothing while the service uses it, or another check.
            embedded.stop();
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
        } catch (final ProjectionException e) {
            throw new CommandFailedException(e.getMessage(), e);
        }
    }
}
