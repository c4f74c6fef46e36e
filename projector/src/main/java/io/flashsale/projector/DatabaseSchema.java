package io.flashsale.projector;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings the tables into being and up to date. */
final class DatabaseSchema {
    /** Oldest PostgreSQL that the migrations and statements are written for. */
    static final int OLDEST_MAJOR_VERSION = 15;

    private DatabaseSchema() {}

    static void refuseOldServer(final Connection connection) throws SQLException {
        if (connection.getMetaData().getDatabaseMajorVersion() < OLDEST_MAJOR_VERSION) {
            throw new ProjectionException(tooOld(connection));
        }
    }

    static String tooOld(final Connection connection) throws SQLException {
        return "PostgreSQL " + connection.getMetaData().getDatabaseProductVersion() + " is too old: "
                + OLDEST_MAJOR_VERSION + " or newer is needed";
    }

    /**
     * Applies the migrations that are missing. One at a time does so: Flyway's own lock begins only when its history table
     * exists, and two that make it at once would leave one of them stopped.
     *
     * @param connection that the lock is held on.
     * @param config     of the same database.
     * @throws SQLException        if the database went away.
     * @throws ProjectionException if a migration does not fit what is there.
     */
    static void migrate(final Connection connection, final DatabaseConfig config) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_advisory_lock(hashtext('flashsale migration'))");
            try {
                migrate(config);
            } finally {
                statement.execute("SELECT pg_advisory_unlock(hashtext('flashsale migration'))");
            }
        }
    }

    private static void migrate(final DatabaseConfig config) throws SQLException {
        try {
            Flyway.configure(DatabaseSchema.class.getClassLoader())
                    .dataSource(config.dataSource("flash-sale migration"))
                    .locations("classpath:db/migration")
                    .failOnMissingLocations(true)
                    // The database may hold tables of others; ours begin before version 1 all the same.
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .cleanDisabled(true)
                    .loggers("slf4j")
                    .load()
                    .migrate();
        } catch (final FlywayException e) {
            final SQLException cause = DatabaseErrors.sqlCause(e);
            if (cause != null && !DatabaseErrors.isPermanent(cause)) {
                throw cause;
            }
            throw new ProjectionException(
                    "database \"" + config.name() + "\" cannot be brought up to date: "
                            + DatabaseErrors.line(cause == null ? e : cause),
                    e);
        }
    }
}
