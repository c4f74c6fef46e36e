package io.flashsale.projector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.concurrent.Executor;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/**
 * One connection to PostgreSQL and the statements that are sent over it: inserts by COPY; purchases and releases by COPY into
 * a staging table and one UPDATE a target.
 */
final class PostgresSession implements ProjectionSession {
    private static final int COPY_CHUNK = 64 * 1024;
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

    private static final String INSERT_SALE =
            "INSERT INTO sales (sale_id, opens_at, closes_at, items, user_limit, attempts_kept)"
                    + " VALUES (?, ?, ?, ?, ?, ?::attempts_kept)";
    private static final String COPY_ITEMS =
            "COPY sale_items (sale_id, item_id, sale_start, item_name, image_url, purchased) FROM STDIN (FORMAT binary)";
    private static final String COPY_CHECKOUTS =
            "COPY checkouts (sale_id, sequence, user_id, item_id, code, outcome, created_at, expires_at)"
                    + " FROM STDIN (FORMAT binary)";
    private static final String COPY_PURCHASES =
            "COPY staged_purchases (sale_id, item_id, sequence, user_id, purchased_at) FROM STDIN (FORMAT binary)";
    private static final String COPY_RELEASES =
            "COPY staged_releases (sale_id, sequence, released_at) FROM STDIN (FORMAT binary)";
    private static final String UPDATE_ITEMS = """
            UPDATE sale_items i SET purchased = true, purchased_by = s.user_id, purchased_at = s.purchased_at
            FROM staged_purchases s
            WHERE i.sale_id = s.sale_id AND i.item_id = s.item_id AND i.sale_id BETWEEN ? AND ?""";
    private static final String UPDATE_PURCHASED = """
            UPDATE checkouts c SET purchased_at = s.purchased_at
            FROM staged_purchases s
            WHERE c.sale_id = s.sale_id AND c.sequence = s.sequence AND c.sale_id BETWEEN ? AND ?""";
    private static final String UPDATE_RELEASED = """
            UPDATE checkouts c SET released_at = s.released_at
            FROM staged_releases s
            WHERE c.sale_id = s.sale_id AND c.sequence = s.sequence AND c.sale_id BETWEEN ? AND ?""";

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final Connection connection;
    private final CopyManager copy;
    private final String name;
    private final ProjectorSteps steps;

    private PostgresSession(final Connection connection, final String name, final ProjectorSteps steps)
            throws SQLException {
        this.connection = connection;
        this.name = name;
        this.steps = steps;
        copy = connection.unwrap(PGConnection.class).getCopyAPI();
    }

    /**
     * Connects, and brings the schema up to date.
     *
     * @throws SQLException        if PostgreSQL is away or does not let us in.
     * @throws ProjectionException if it is too old, or the schema cannot be brought up to date.
     */
    static PostgresSession open(final DatabaseConfig config, final ProjectorSteps steps) throws SQLException {
        final Connection connection = config.dataSource("flash-sale projector").getConnection();
        try {
            DatabaseSchema.refuseOldServer(connection);
            try (Statement statement = connection.createStatement()) {
                statement.execute(SETTINGS);
                DatabaseSchema.migrate(connection, config);
                statement.execute(STAGING);
            }
            connection.setAutoCommit(false);
            return new PostgresSession(connection, config.name(), steps);
        } catch (final SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public DatabaseProgress progress(final long journalId) throws SQLException {
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

    @Override
    public void prepare(final OpenedSale sale) throws SQLException {
        try (PreparedStatement call =
                connection.prepareStatement("SELECT ensure_sale_partitions(?), ensure_sale_partitions(?)")) {
            call.setLong(1, sale.saleId());
            call.setLong(2, sale.closesAtMillis() / 1_000);
            call.execute();
        }
        connection.commit();
    }

    @Override
    public boolean advance(final long journalId, final long from, final long to) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE projection_progress"
                + " SET sequence = ?, updated_at = now() WHERE journal_id = ? AND sequence = ?")) {
            update.setLong(1, to);
            update.setLong(2, journalId);
            update.setLong(3, from);
            return update.executeUpdate() == 1;
        }
    }

    @Override
    public void insert(final OpenedSale sale) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT_SALE)) {
            insert.setLong(1, sale.saleId());
            insert.setTimestamp(2, Timestamp.from(Instant.ofEpochMilli(sale.opensAtMillis())));
            insert.setTimestamp(3, Timestamp.from(Instant.ofEpochMilli(sale.closesAtMillis())));
            insert.setInt(4, sale.items());
            insert.setInt(5, sale.userLimit());
            insert.setString(6, sale.attemptsKept().label());
            insert.executeUpdate();
        }
    }

    @Override
    public long copy(final Table table, final byte[] bytes, final int length) throws SQLException {
        final CopyIn in = copy.copyIn(copyStatement(table));
        try {
            for (int at = 0; at < length; at += COPY_CHUNK) {
                in.writeToCopy(bytes, at, Math.min(COPY_CHUNK, length - at));
            }
            return in.endCopy();
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
    }

    private static String copyStatement(final Table table) {
        return switch (table) {
            case SALE_ITEMS -> COPY_ITEMS;
            case CHECKOUTS -> COPY_CHECKOUTS;
            case STAGED_PURCHASES -> COPY_PURCHASES;
            case STAGED_RELEASES -> COPY_RELEASES;
        };
    }

    @Override
    public int apply(final Change change, final long firstSale, final long lastSale) throws SQLException {
        final String sql = switch (change) {
            case ITEMS_PURCHASED -> UPDATE_ITEMS;
            case CHECKOUTS_PURCHASED -> UPDATE_PURCHASED;
            case CHECKOUTS_RELEASED -> UPDATE_RELEASED;
        };
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setLong(1, firstSale);
            update.setLong(2, lastSale);
            return update.executeUpdate();
        }
    }

    @Override
    public void commit() throws SQLException {
        connection.commit();
    }

    @Override
    public void rollback() throws SQLException {
        connection.rollback();
    }

    @Override
    public int dropSales(final long closedBefore) throws SQLException {
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

    @Override
    public void reached(final ProjectorSteps.Step step, final long end) throws SQLException {
        steps.after(step, end, connection);
    }

    @Override
    public void abort(final Executor executor) throws SQLException {
        connection.abort(executor);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
