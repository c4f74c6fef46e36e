package io.flashsale.projector;

import io.flashsale.engine.ItemCatalogue;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import org.postgresql.copy.CopyManager;

/**
 * Sends a batch's rows within the connection's transaction: inserts by COPY; purchases and releases by COPY into a staging
 * table and one UPDATE a target. The checkouts go first, so that an UPDATE finds those of its own batch.
 */
final class BatchWriter {
    private static final int ITEM_COLUMNS = 6;
    /** Item rows in memory at a time: about 1 MiB. */
    private static final int ITEM_CHUNK = 8_192;

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
    // The range of sales lets the planner leave out every partition but one or two.
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

    private final Connection connection;
    private final CopyManager copy;
    private final Runnable answered;

    /**
     * Assigns.
     *
     * @param answered is told after each answer of PostgreSQL, so that a long transaction is told from one that hangs.
     */
    BatchWriter(final Connection connection, final CopyManager copy, final Runnable answered) {
        this.connection = connection;
        this.copy = copy;
        this.answered = answered;
    }

    void write(final ProjectionBatch batch) throws SQLException {
        for (final OpenedSale sale : batch.sales()) {
            insert(sale);
            copyItems(sale);
        }
        send(batch.checkouts(), COPY_CHECKOUTS);
        if (batch.purchases().rows() > 0) {
            send(batch.purchases(), COPY_PURCHASES);
            update(UPDATE_ITEMS, batch, batch.purchases().rows());
            update(UPDATE_PURCHASED, batch, batch.purchases().rows());
        }
        if (batch.releases().rows() > 0) {
            send(batch.releases(), COPY_RELEASES);
            update(UPDATE_RELEASED, batch, batch.releases().rows());
        }
    }

    private void send(final CopyRows rows, final String sql) throws SQLException {
        rows.send(copy, sql);
        answered.run();
    }

    private void insert(final OpenedSale sale) throws SQLException {
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

    private void copyItems(final OpenedSale sale) throws SQLException {
        final CopyRows rows = new CopyRows();
        for (int from = 0; from < sale.items(); from += ITEM_CHUNK) {
            rows.clear();
            for (int item = from; item < Math.min(sale.items(), from + ITEM_CHUNK); item++) {
                rows.startRow(ITEM_COLUMNS)
                        .bigint(sale.saleId())
                        .integer(item)
                        .time(sale.opensAtMillis())
                        .text(ItemCatalogue.name(item))
                        .text(ItemCatalogue.imageUrl(item))
                        .bool(false);
            }
            send(rows, COPY_ITEMS);
        }
    }

    private void update(final String sql, final ProjectionBatch batch, final int rows) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setLong(1, batch.firstTouchedSale());
            update.setLong(2, batch.lastTouchedSale());
            final int updated = update.executeUpdate();
            answered.run();
            if (updated != rows) {
                throw new ProjectionException("PostgreSQL lacks " + (rows - updated) + " of " + rows
                        + " rows that commands " + (batch.begin() + 1) + " to " + batch.end()
                        + " change: somebody removed them; empty the database to have it rebuilt");
            }
        }
    }
}
