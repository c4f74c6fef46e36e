package io.flashsale.projector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import org.postgresql.PGConnection;

/**
 * One connection to the database and what the projector does over it. After an exception it is of no more use: close it,
 * open another, and ask the progress.
 *
 * <p>For one thread, except {@link #abort}.
 */
final class ProjectionDatabase implements AutoCloseable {
    private static final String SETTINGS =
            "SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; SET jit = off";
    private static final String STAGING = """
            CREATE TEMP TABLE staged_purchases (
                sale_id bigint, item_id integer, sequence bigint, user_id bigint, purchased_at timestamptz
            ) ON COMMIT DELETE ROWS;
            CREATE TEMP TABLE staged_releases (
                sale_id bigint, sequence bigint, released_at timestamptz
            ) ON COMMIT DELETE ROWS""";
    private static final String PROGRESS = """
            SELECT p.sequence, s.sale_id, s.attempts_kept::text,
                (SELECT max(b.sale_id) FROM sales b WHERE b.sale_id < s.sale_id)
            FROM projection_progress p
            LEFT JOIN (SELECT sale_id, attempts_kept FROM sales ORDER BY sale_id DESC LIMIT 1) s ON true
            WHERE p.journal_id = ?""";

    /** What has to happen between the last row and the COMMIT. */
    @FunctionalInterface
    interface BeforeCommit {
        void run() throws SQLException;
    }

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Connection connection;
    private final String name;
    private final ProjectorSteps steps;
    private volatile long lastAnswerNanos = System.nanoTime();

    private ProjectionDatabase(final Connection connection, final String name, final ProjectorSteps steps) {
        this.connection = connection;
        this.name = name;
        this.steps = steps;
    }

    /**
     * Connects, and brings the schema up to date.
     *
     * @throws SQLException        if PostgreSQL is away or does not let us in.
     * @throws ProjectionException if it is too old, or the schema cannot be brought up to date.
     */
    static ProjectionDatabase open(final DatabaseConfig config, final ProjectorSteps steps) throws SQLException {
        final Connection connection = config.dataSource("flash-sale projector").getConnection();
        try {
            DatabaseSchema.refuseOldServer(connection);
            try (Statement statement = connection.createStatement()) {
                statement.execute(SETTINGS);
                DatabaseSchema.migrate(connection, config);
                statement.execute(STAGING);
            }
            connection.setAutoCommit(false);
            return new ProjectionDatabase(connection, config.name(), steps);
        } catch (final SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * How far the database is. An empty one becomes this journal's, at sequence 0.
     *
     * @throws ForeignJournalException if it is another journal's.
     */
    DatabaseProgress progress(final long journalId) throws SQLException {
        DatabaseProgress progress = select(journalId);
        if (progress == null) {
            register(journalId);
            progress = select(journalId);
        }
        connection.commit();
        return progress;
    }

    private DatabaseProgress select(final long journalId) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(PROGRESS)) {
            query.setLong(1, journalId);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return null;
                }
                final String kept = row.getString(3);
                if (kept == null) {
                    return new DatabaseProgress(row.getLong(1), -1, -1, null);
                }
                final long before = row.getLong(4);
                return new DatabaseProgress(
                        row.getLong(1), row.getLong(2), row.wasNull() ? -1 : before, AttemptsKept.of(kept));
            }
        }
    }

    private void register(final long journalId) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Two journals that find the table empty at the same time must not both move in.
            statement.execute("LOCK TABLE projection_progress IN SHARE ROW EXCLUSIVE MODE");
            try (ResultSet other = statement.executeQuery("SELECT journal_id FROM projection_progress")) {
                if (other.next()) {
                    if (other.getLong(1) == journalId) {
                        return;
                    }
                    throw new ForeignJournalException(journalId, JournalIds.text(other.getLong(1)), name);
                }
            }
            statement.executeUpdate("INSERT INTO projection_progress VALUES (" + journalId + ", 0, now())");
        }
    }

    /**
     * Writes a batch in one transaction.
     *
     * @param beforeCommit makes the journal durable and writes the mark; what it throws fails the transaction.
     * @return false if the database's progress is not the batch's beginning: somebody else wrote. Nothing was written.
     * @throws SQLException if anything failed; also when the COMMIT may have succeeded.
     */
    boolean write(final long journalId, final ProjectionBatch batch, final BeforeCommit beforeCommit)
            throws SQLException {
        for (final OpenedSale sale : batch.sales()) {
            ensurePartitions(sale);
        }
        if (!advanceProgress(journalId, batch.begin(), batch.end())) {
            connection.rollback();
            return false;
        }
        steps.after(ProjectorSteps.Step.FENCED, batch.end(), connection);
        answered();
        final BatchWriter writer = new BatchWriter(
                connection, connection.unwrap(PGConnection.class).getCopyAPI(), this::answered);
        writer.write(batch);
        steps.after(ProjectorSteps.Step.ROWS_WRITTEN, batch.end(), connection);
        beforeCommit.run();
        steps.after(ProjectorSteps.Step.MARKED, batch.end(), connection);
        connection.commit();
        steps.after(ProjectorSteps.Step.COMMITTED, batch.end(), connection);
        return true;
    }

    private void answered() {
        lastAnswerNanos = System.nanoTime();
    }

    /** Any thread: when PostgreSQL last answered a statement of a {@link #write}; before the first, when it was opened. */
    long lastAnswerNanos() {
        return lastAnswerNanos;
    }

    /** For the hour of the sale's opening, and ahead for that of the next. A transaction of its own: harmless if unused. */
    private void ensurePartitions(final OpenedSale sale) throws SQLException {
        try (PreparedStatement call =
                connection.prepareStatement("SELECT ensure_sale_partitions(?), ensure_sale_partitions(?)")) {
            call.setLong(1, sale.saleId());
            call.setLong(2, sale.closesAtMillis() / 1_000);
            call.execute();
        }
        connection.commit();
    }

    private boolean advanceProgress(final long journalId, final long from, final long to) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE projection_progress"
                + " SET sequence = ?, updated_at = now() WHERE journal_id = ? AND sequence = ?")) {
            update.setLong(1, to);
            update.setLong(2, journalId);
            update.setLong(3, from);
            return update.executeUpdate() == 1;
        }
    }

    /**
     * Drops sales that nobody can change any more; not while somebody reads their tables.
     *
     * @param closedBefore epoch seconds.
     * @return partitions dropped, -1 if somebody reads: another time will do.
     */
    int dropSales(final long closedBefore) throws SQLException {
        try {
            return new DatabaseRetention(connection).dropSales(closedBefore);
        } catch (final SQLException e) {
            if (!LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw e;
            }
            connection.rollback();
            return -1;
        }
    }

    /** Any thread: ends whatever the connection's thread waits for. */
    void abort(final Executor executor) throws SQLException {
        connection.abort(executor);
    }

    /** A transaction that was begun is rolled back by the server. */
    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
