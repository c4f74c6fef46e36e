package io.flashsale.projector;

import io.flashsale.engine.ItemCatalogue;
import io.flashsale.projector.ProjectionSession.Change;
import io.flashsale.projector.ProjectionSession.Table;
import java.sql.SQLException;

/**
 * Sends a batch's rows within the session's transaction: inserts first, then what purchases and releases change. The
 * checkouts go before, so that a change finds those of its own batch.
 */
final class BatchWriter {
    /** Item rows in memory at a time: about 1 MiB. */
    private static final int ITEM_CHUNK = 8_192;

    private static final int ITEM_COLUMNS = 6;

    private final ProjectionSession session;
    private final Runnable answered;

    /**
     * Assigns.
     *
     * @param answered is told after each answer of PostgreSQL, so that a long transaction is told from one that hangs.
     */
    BatchWriter(final ProjectionSession session, final Runnable answered) {
        this.session = session;
        this.answered = answered;
    }

    void write(final ProjectionBatch batch) throws SQLException {
        for (final OpenedSale sale : batch.sales()) {
            session.insert(sale);
            copyItems(sale);
        }
        send(batch.checkouts(), Table.CHECKOUTS);
        if (batch.purchases().rows() > 0) {
            send(batch.purchases(), Table.STAGED_PURCHASES);
            update(Change.ITEMS_PURCHASED, batch, batch.purchases().rows());
            update(Change.CHECKOUTS_PURCHASED, batch, batch.purchases().rows());
        }
        if (batch.releases().rows() > 0) {
            send(batch.releases(), Table.STAGED_RELEASES);
            update(Change.CHECKOUTS_RELEASED, batch, batch.releases().rows());
        }
    }

    private void send(final CopyRows rows, final Table table) throws SQLException {
        rows.send(session, table);
        answered.run();
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
            send(rows, Table.SALE_ITEMS);
        }
    }

    private void update(final Change change, final ProjectionBatch batch, final int rows) throws SQLException {
        final int updated = session.apply(change, batch.firstTouchedSale(), batch.lastTouchedSale());
        answered.run();
        if (updated != rows) {
            throw new ProjectionException("PostgreSQL lacks " + (rows - updated) + " of " + rows
                    + " rows that commands " + (batch.begin() + 1) + " to " + batch.end()
                    + " change: somebody removed them; empty the database to have it rebuilt");
        }
    }
}
