package io.flashsale.bench.sale;

import io.flashsale.projector.DatabaseConfig;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Looks into PostgreSQL until something is there. For one thread. */
final class SaleRows implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;
    private static final String SOLD = "SELECT count(*) FROM sale_items WHERE sale_id = ? AND purchased";
    private static final String ITEMS = "SELECT count(*) FROM sale_items WHERE sale_id = ?";
    private static final String ONE = "SELECT count(*) FROM sale_items WHERE sale_id = ? AND purchased AND item_id = ";

    private final Connection connection;

    SaleRows(final DatabaseConfig database) throws SQLException {
        connection = database.dataSource("bench").getConnection();
    }

    /** Until so many items are shown as bought. */
    void awaitSold(final long sale, final int count) throws SQLException, IOException {
        await(SOLD, sale, count, TimeUnit.MILLISECONDS.toNanos(2));
    }

    /** Until the sale's items are there. */
    void awaitItems(final long sale, final int count) throws SQLException, IOException {
        await(ITEMS, sale, count, TimeUnit.MILLISECONDS.toNanos(2));
    }

    /** Until one item is shown as bought. */
    void awaitItem(final long sale, final int item) throws SQLException, IOException {
        await(ONE + item, sale, 1, TimeUnit.MICROSECONDS.toNanos(200));
    }

    private void await(final String sql, final long sale, final int count, final long pauseNanos)
            throws SQLException, IOException {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, sale);
            while (true) {
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    if (rows.getInt(1) == count) {
                        return;
                    }
                    if (System.nanoTime() - deadline > 0) {
                        throw new IOException("PostgreSQL has " + rows.getInt(1) + " rows of " + count + " after "
                                + PATIENCE_SECONDS + " s");
                    }
                }
                LockSupport.parkNanos(pauseNanos);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
