package io.flashsale.projector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * Drops the partitions of hours whose sales have all closed long enough ago, and the rows of those sales. The newest two
 * sales stay whatever their age: holds of the older one may still be bought.
 */
final class DatabaseRetention {
    private static final long SECONDS_PER_HOUR = 3_600;
    private static final String PREFIX = "checkouts_";
    private static final DateTimeFormatter SUFFIX = DateTimeFormatter.ofPattern("yyyyMMdd_HH");
    private static final String PARTITIONS = """
            SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'checkouts'::regclass ORDER BY c.relname""";
    private static final String SALES_TO_KEEP = """
            SELECT count(*) FILTER (WHERE closes_at >= to_timestamp(?) OR sales.sale_id >= newest_two.sale_id)
            FROM sales, (SELECT coalesce(min(sale_id), 0) AS sale_id
                FROM (SELECT sale_id FROM sales ORDER BY sale_id DESC LIMIT 2) n) newest_two
            WHERE sales.sale_id >= ? AND sales.sale_id < ?""";

    private final Connection connection;

    DatabaseRetention(final Connection connection) {
        this.connection = connection;
    }

    int dropSales(final long closedBefore) throws SQLException {
        int dropped = 0;
        for (final String partition : partitions()) {
            final String suffix = partition.substring(PREFIX.length());
            final long hour = LocalDateTime.parse(suffix, SUFFIX).toEpochSecond(ZoneOffset.UTC);
            // A partition that was made ahead has no sale yet, and is not old either.
            if (hour + SECONDS_PER_HOUR <= closedBefore && !holdsSaleToKeep(hour, closedBefore)) {
                drop(hour, suffix);
                dropped++;
            }
        }
        connection.commit();
        return dropped;
    }

    private List<String> partitions() throws SQLException {
        final List<String> names = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(PARTITIONS)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private boolean holdsSaleToKeep(final long hour, final long closedBefore) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(SALES_TO_KEEP)) {
            query.setLong(1, closedBefore);
            query.setLong(2, hour);
            query.setLong(3, hour + SECONDS_PER_HOUR);
            try (ResultSet row = query.executeQuery()) {
                return row.next() && row.getLong(1) > 0;
            }
        }
    }

    /** All or nothing, and without queueing behind a reader: others would queue behind us. */
    private void drop(final long hour, final String suffix) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL lock_timeout = '200ms'");
            statement.execute("DROP TABLE IF EXISTS checkouts_" + suffix + ", sale_items_" + suffix);
            statement.executeUpdate(
                    "DELETE FROM sales WHERE sale_id >= " + hour + " AND sale_id < " + (hour + SECONDS_PER_HOUR));
        }
        connection.commit();
    }
}
