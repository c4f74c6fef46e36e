package io.flashsale.projector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.sql.DataSource;

/**
 * One look at a database before the service opens its port: an address that can never work should end the start with a
 * clear line, one that does not answer should not.
 */
public final class DatabaseProbe {
    /** For one answer: a server that is silent for longer is none to wait for. */
    private static final int ANSWER_SECONDS = 1;
    /** For all of them. A machine that is busy with a start takes its time even when the server does not. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private DatabaseProbe() {}

    /** What was found. */
    public enum Finding {
        /** It answers and belongs to this journal, or to none yet. */
        REACHABLE,
        /** No answer, or one that says not now. */
        UNREACHABLE,
        /** User or password are wrong. */
        LOGIN_REFUSED,
        /** There is no such database. */
        DATABASE_UNKNOWN,
        /** It holds another journal's projection. */
        FOREIGN_JOURNAL,
        /** Older than 15. */
        TOO_OLD,
        /** Something else that trying again does not mend. */
        REFUSED
    }

    /**
     * The result.
     *
     * @param finding what was found.
     * @param message one line for the operator.
     */
    public record Result(Finding finding, String message) {
        /**
         * Whether it can be written to.
         *
         * @return true for {@link Finding#REACHABLE}.
         */
        public boolean isReachable() {
            return finding == Finding.REACHABLE;
        }

        /**
         * Whether trying again is of no use.
         *
         * @return false for {@link Finding#REACHABLE} and {@link Finding#UNREACHABLE}.
         */
        public boolean isPermanent() {
            return finding != Finding.REACHABLE && finding != Finding.UNREACHABLE;
        }
    }

    /**
     * Looks, for at most a second without an answer, and three in all. Creates nothing.
     *
     * @param config    of the database.
     * @param journalId that must be the database's, or 0 if there is none yet: then only an unused database will do.
     * @return what was found.
     */
    public static Result probe(final DatabaseConfig config, final long journalId) {
        // Before the clock starts: this loads the driver. A connection's own time-out would count what that takes, too.
        final DataSource source = config.dataSource("flash-sale probe", ANSWER_SECONDS, 0, ANSWER_SECONDS);
        final FutureTask<Result> task = new FutureTask<>(() -> look(config, source, journalId));
        final Thread thread = new Thread(task, "database-probe");
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (final TimeoutException e) {
            return unreachable(config, "no answer within " + PATIENCE.toMillis() + " ms");
        } catch (final ExecutionException e) {
            return new Result(Finding.REFUSED, at(config) + ": " + DatabaseErrors.line(e.getCause()));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return unreachable(config, "interrupted");
        }
    }

    private static Result look(final DatabaseConfig config, final DataSource source, final long journalId) {
        try (Connection connection = source.getConnection()) {
            if (connection.getMetaData().getDatabaseMajorVersion() < DatabaseSchema.OLDEST_MAJOR_VERSION) {
                return new Result(Finding.TOO_OLD, at(config) + ": " + DatabaseSchema.tooOld(connection));
            }
            final String foreign = foreignJournal(connection, journalId);
            return foreign == null
                    ? new Result(Finding.REACHABLE, at(config) + " answers")
                    : new Result(
                            Finding.FOREIGN_JOURNAL,
                            new ForeignJournalException(journalId, foreign, config.name()).getMessage());
        } catch (final SQLException e) {
            return classify(config, e);
        }
    }

    private static Result classify(final DatabaseConfig config, final SQLException e) {
        final String state = e.getSQLState() == null ? "" : e.getSQLState();
        final String line = DatabaseErrors.line(e);
        if (state.startsWith("28")) {
            return new Result(
                    Finding.LOGIN_REFUSED,
                    at(config) + " refuses the login: " + line + ": check DB_USER and DB_PASSWORD");
        }
        if (state.startsWith("3D")) {
            return new Result(
                    Finding.DATABASE_UNKNOWN,
                    at(config) + ": " + line + ": create it (createdb " + config.name() + ") or set DB_NAME");
        }
        // pgjdbc refuses some logins itself: TLS is asked for and the server has none, or a password and none is set.
        if ("08004".equals(state) && line.contains("SSL")) {
            return new Result(
                    Finding.REFUSED,
                    at(config) + ": " + line + ", and DB_SSL_MODE=" + config.sslMode()
                            + " asks for it: switch it on at the server, or set DB_SSL_MODE to prefer or disable");
        }
        if ("08004".equals(state)) {
            return new Result(
                    Finding.LOGIN_REFUSED,
                    at(config) + " refuses the login: " + line + ": check DB_USER and DB_PASSWORD");
        }
        return DatabaseErrors.isPermanent(e)
                ? new Result(Finding.REFUSED, at(config) + ": " + line)
                : unreachable(config, line);
    }

    private static String foreignJournal(final Connection connection, final long journalId) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet table = statement.executeQuery("SELECT to_regclass('projection_progress') IS NOT NULL")) {
            table.next();
            if (!table.getBoolean(1)) {
                return null;
            }
        }
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT journal_id FROM projection_progress ORDER BY journal_id = ? DESC LIMIT 1")) {
            query.setLong(1, journalId);
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getLong(1) != journalId ? JournalIds.text(row.getLong(1)) : null;
            }
        }
    }

    private static Result unreachable(final DatabaseConfig config, final String why) {
        return new Result(Finding.UNREACHABLE, at(config) + " cannot be reached: " + why);
    }

    private static String at(final DatabaseConfig config) {
        return "PostgreSQL at " + config.host() + ":" + config.port();
    }
}
