package io.flashsale.projector;

import io.flashsale.engine.ItemCatalogue;
import io.flashsale.journal.JournalSegments;
import io.flashsale.journal.SegmentStorage;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongConsumer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;

/**
 * Compares journal and PostgreSQL row by row: replays the journal through the database's progress and walks the tables
 * beside it, in one consistent snapshot, while a projector may go on writing. Neither side is changed.
 *
 * <p>The journal is replayed twice, first for what became of each checkout, then for the checkouts themselves, so that
 * memory is bounded by what was bought and released.
 */
public final class ProjectionVerifier {
    private static final String NO_SUCH_DATABASE = "3D000";
    private static final String[] SALE_COLUMNS = {"opens_at", "closes_at", "items", "user_limit"};
    private static final String[] ITEM_COLUMNS = {
        "sale_start", "item_name", "image_url", "purchased", "purchased_by", "purchased_at"
    };

    private final DatabaseConfig config;
    private final SegmentStorage storage;
    private final SnapshotStore snapshots;
    private final Duration retain;
    private final Differences differences;
    private final LongConsumer progressListener;
    private final Long2ObjectHashMap<AttemptsKept> attemptsKept = new Long2ObjectHashMap<>();
    private final LongHashSet dropped = new LongHashSet();
    private long floorSale;
    private long droppableBefore;
    private long items;

    /**
     * For a journal and a database that have everything; see
     * {@link #ProjectionVerifier(DatabaseConfig, SegmentStorage, SnapshotStore, Duration, int, LongConsumer)}.
     *
     * @param config           of the database.
     * @param storage          of the journal.
     * @param keptDifferences  how many differences to put in words.
     * @param progressListener is told of commands replayed, 1 to twice the progress.
     */
    public ProjectionVerifier(
            final DatabaseConfig config,
            final SegmentStorage storage,
            final int keptDifferences,
            final LongConsumer progressListener) {
        this(config, storage, null, null, keptDifferences, progressListener);
    }

    /**
     * Assigns; opens nothing. Where the journal's beginning was deleted, sales that opened before the oldest snapshot are
     * not compared; sales that PostgreSQL may have dropped need not be there, but all of them or nothing.
     *
     * @param config           of the database.
     * @param storage          of the journal.
     * @param snapshots        of the journal, or null if nothing was ever deleted from it.
     * @param retain           how long ago a sale must have closed to be missing from PostgreSQL; null: none may.
     * @param keptDifferences  how many differences to put in words.
     * @param progressListener is told of commands replayed, 1 to twice the progress.
     */
    public ProjectionVerifier(
            final DatabaseConfig config,
            final SegmentStorage storage,
            final SnapshotStore snapshots,
            final Duration retain,
            final int keptDifferences,
            final LongConsumer progressListener) {
        this.config = config;
        this.storage = storage;
        this.snapshots = snapshots;
        this.retain = retain;
        this.progressListener = progressListener;
        differences = new Differences(keptDifferences);
    }

    /**
     * Compares. Once.
     *
     * @return what was found.
     * @throws SQLException              if PostgreSQL is away.
     * @throws NothingProjectedException if there is no database, no table, or no progress, or one of 0 without rows: another
     *                                   instance may find it later.
     * @throws ProjectionException       if it is another journal's, or the journal cannot be read.
     */
    public VerificationReport verify() throws SQLException {
        try (Connection connection = connection();
                Statement settings = connection.createStatement()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setReadOnly(true);
            // The keys' indexes have the order that the merges need.
            settings.execute("SET LOCAL enable_sort = off; SET LOCAL jit = off");
            final long journalId = journalId();
            final long through = progress(connection, journalId);
            final JournalReplay replay = new JournalReplay(storage, snapshots, through, progressListener);
            final ReplayStart start = replay.start();
            final long fromSequence = start.fromSequence();
            floorSale = start.engine().saleId();
            final ExpectedPurchases expected = new ExpectedPurchases(floorSale);
            replay.run(start, expected);
            droppableBefore = retain == null ? Long.MIN_VALUE : start.engine().nowMillis() - retain.toMillis();
            compareSales(connection, expected.sales());
            compareItems(connection, expected);
            final long attempts = compareCheckouts(connection, expected, through);
            connection.rollback();
            if (through == 0 && differences.count() == 0) {
                // A projector's first transaction: the table is there, and nothing of the journal.
                throw new NothingProjectedException(
                        "database \"" + config.name() + "\" has nothing of this journal", null);
            }
            return new VerificationReport(
                    journalId,
                    fromSequence,
                    through,
                    attemptsKept.size(),
                    items,
                    attempts,
                    expected.purchases(),
                    differences.count(),
                    differences.first());
        }
    }

    private Connection connection() throws SQLException {
        try {
            return config.patientDataSource("flash-sale verify").getConnection();
        } catch (final SQLException e) {
            if (NO_SUCH_DATABASE.equals(e.getSQLState())) {
                throw new NothingProjectedException("there is no database \"" + config.name() + '"', e);
            }
            throw e;
        }
    }

    private NothingProjectedException noProjection() {
        return new NothingProjectedException("database \"" + config.name() + "\" holds no projection", null);
    }

    private long journalId() {
        return JournalSegments.of(storage).journalId();
    }

    private long progress(final Connection connection, final long journalId) throws SQLException {
        try (RowCursor table =
                new RowCursor(connection, "SELECT 1 WHERE to_regclass('projection_progress') IS NOT NULL")) {
            if (!table.isPresent()) {
                throw noProjection();
            }
        }
        try (RowCursor row = new RowCursor(
                connection,
                "SELECT journal_id, sequence FROM projection_progress ORDER BY journal_id = " + journalId
                        + " DESC LIMIT 1")) {
            if (!row.isPresent()) {
                throw noProjection();
            }
            if (row.bigint(1) != journalId) {
                throw new ForeignJournalException(journalId, JournalIds.text(row.bigint(1)), config.name());
            }
            return row.bigint(2);
        }
    }

    private void compareSales(final Connection connection, final List<OpenedSale> expected) throws SQLException {
        try (RowCursor rows = new RowCursor(
                connection,
                "SELECT sale_id, opens_at, closes_at, items, user_limit, attempts_kept::text FROM sales WHERE sale_id > "
                        + floorSale + " ORDER BY sale_id")) {
            for (final OpenedSale sale : expected) {
                while (rows.isPresent() && rows.bigint(1) < sale.saleId()) {
                    differences.excess("sale " + rows.bigint(1));
                    rows.advance();
                }
                if (!rows.isPresent() || rows.bigint(1) != sale.saleId()) {
                    if (sale.closesAtMillis() >= droppableBefore) {
                        differences.missing("sale " + sale.saleId());
                    } else {
                        dropped.add(sale.saleId());
                    }
                    continue;
                }
                attemptsKept.put(sale.saleId(), AttemptsKept.of(rows.text(6)));
                differences.compare(
                        "sale " + sale.saleId(),
                        SALE_COLUMNS,
                        new Object[] {
                            Instant.ofEpochMilli(sale.opensAtMillis()),
                            Instant.ofEpochMilli(sale.closesAtMillis()),
                            (long) sale.items(),
                            (long) sale.userLimit()
                        },
                        new Object[] {rows.time(2), rows.time(3), rows.number(4), rows.number(5)});
                rows.advance();
            }
            for (; rows.isPresent(); rows.advance()) {
                differences.excess("sale " + rows.bigint(1));
            }
        }
    }

    private void compareItems(final Connection connection, final ExpectedPurchases expected) throws SQLException {
        try (RowCursor rows = new RowCursor(
                connection,
                "SELECT sale_id, item_id, sale_start, item_name, image_url, purchased, purchased_by, purchased_at"
                        + " FROM sale_items WHERE sale_id > " + floorSale + " ORDER BY sale_id, item_id")) {
            for (final OpenedSale sale : expected.sales()) {
                for (int item = 0; item < sale.items() && !dropped.contains(sale.saleId()); item++) {
                    items++;
                    compareItem(rows, sale, item, expected.buyer(sale.saleId(), item));
                }
            }
            for (; rows.isPresent(); rows.advance()) {
                differences.excess(itemName(rows.bigint(1), rows.bigint(2)));
            }
        }
    }

    private void compareItem(
            final RowCursor rows, final OpenedSale sale, final int item, final ExpectedPurchases.Buyer buyer)
            throws SQLException {
        while (rows.isPresent()
                && (rows.bigint(1) < sale.saleId() || (rows.bigint(1) == sale.saleId() && rows.bigint(2) < item))) {
            differences.excess(itemName(rows.bigint(1), rows.bigint(2)));
            rows.advance();
        }
        if (!rows.isPresent() || rows.bigint(1) != sale.saleId() || rows.bigint(2) != item) {
            differences.missing(itemName(sale.saleId(), item));
            return;
        }
        differences.compare(
                itemName(sale.saleId(), item),
                ITEM_COLUMNS,
                new Object[] {
                    Instant.ofEpochMilli(sale.opensAtMillis()),
                    ItemCatalogue.name(item),
                    ItemCatalogue.imageUrl(item),
                    buyer != null,
                    buyer == null ? null : (Object) buyer.user(),
                    buyer == null ? null : Instant.ofEpochMilli(buyer.atMillis())
                },
                new Object[] {rows.time(3), rows.text(4), rows.text(5), rows.bool(6), rows.number(7), rows.time(8)});
        rows.advance();
    }

    private static String itemName(final long saleId, final long item) {
        return "item " + item + " of sale " + saleId;
    }

    private long compareCheckouts(final Connection connection, final ExpectedPurchases expected, final long through)
            throws SQLException {
        try (CheckoutMerge merge =
                new CheckoutMerge(connection, expected, floorSale, dropped, attemptsKept, differences)) {
            final JournalReplay replay = new JournalReplay(
                    storage, snapshots, through, sequence -> progressListener.accept(through + sequence));
            replay.run(replay.start(), merge);
            merge.finish();
            return merge.attempts();
        }
    }
}
