package io.flashsale.bench.simulation;

import io.flashsale.projector.AttemptsKept;
import io.flashsale.projector.DatabaseProgress;
import io.flashsale.projector.OpenedSale;
import io.flashsale.projector.ProjectionSession;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * A database on a machine of its own. It keeps what was committed, gives up what was not when its client goes, and loses
 * connections at any statement: a COMMIT whose answer is lost may have been carried out. One session at a time. For one
 * thread.
 */
final class SimulatedDatabase {
    private static final String CONNECTION_FAILURE = "08006";
    private static final String UNIQUE_VIOLATION = "23505";

    private final SimulatedDisk client;
    private final SimulationRandom random;
    private final Trace trace;
    private final DatabaseTables tables = new DatabaseTables();
    private final ArrayDeque<Runnable> undo = new ArrayDeque<>();
    private final List<long[]> stagedPurchases = new ArrayList<>();
    private final List<long[]> stagedReleases = new ArrayList<>();
    private long journalId;
    private long progress;
    private long committedProgress;
    private boolean away;
    private int statementsUntilLoss = Integer.MAX_VALUE;

    SimulatedDatabase(final SimulatedDisk client, final SimulationRandom random, final Trace trace) {
        this.client = client;
        this.random = random;
        this.trace = trace;
    }

    DatabaseTables tables() {
        return tables;
    }

    long progress() {
        return committedProgress;
    }

    void away(final boolean isAway) {
        away = isAway;
        if (isAway) {
            rollBack();
        }
    }

    boolean isAway() {
        return away;
    }

    /** Loses the connection in the n-th statement from now. */
    void loseConnectionAfter(final int statements) {
        statementsUntilLoss = statements;
    }

    /** What is not committed is given up: the client's process ended, or its connection. */
    void rollBack() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
        stagedPurchases.clear();
        stagedReleases.clear();
        progress = committedProgress;
    }

    private void commitAll() {
        undo.clear();
        stagedPurchases.clear();
        stagedReleases.clear();
        committedProgress = progress;
        trace.add(Event.COMMIT, progress, 0);
    }

    ProjectionSession connect() throws SQLException {
        if (away) {
            throw new SQLRecoverableException("connection refused", CONNECTION_FAILURE);
        }
        rollBack();
        return new Session();
    }

    private <K, V> void put(final Map<K, V> table, final K key, final V row) {
        final V before = table.put(key, row);
        undo.push(() -> {
            if (before == null) {
                table.remove(key);
            } else {
                table.put(key, before);
            }
        });
    }

    private <K, V> void insert(final Map<K, V> table, final K key, final V row) throws SQLException {
        if (table.containsKey(key)) {
            throw new SQLException("duplicate key " + key, UNIQUE_VIOLATION);
        }
        put(table, key, row);
    }

    private final class Session implements ProjectionSession {
        private boolean lost;

        /** Each statement may find the connection gone, and the process may end in it. */
        private void statement() throws SQLException {
            client.operation();
            if (lost || away || statementsUntilLoss-- <= 0) {
                lose(Event.CONNECTION_LOST);
            }
        }

        private void lose(final Event event) throws SQLException {
            if (!lost) {
                trace.add(event, progress, committedProgress);
            }
            lost = true;
            statementsUntilLoss = Integer.MAX_VALUE;
            rollBack();
            throw new SQLRecoverableException("connection lost", CONNECTION_FAILURE);
        }

        @Override
        public DatabaseProgress progress(final long journal) throws SQLException {
            statement();
            Violation.check(journalId == 0 || journalId == journal, "another journal's identity");
            journalId = journal;
            if (tables.sales.isEmpty()) {
                return new DatabaseProgress(progress, -1, -1, null);
            }
            final long newest = tables.sales.lastKey();
            final Long before = tables.sales.lowerKey(newest);
            return new DatabaseProgress(
                    progress,
                    newest,
                    before == null ? -1 : before,
                    AttemptsKept.of(tables.sales.get(newest).attemptsKept()));
        }

        @Override
        public void prepare(final OpenedSale sale) throws SQLException {
            statement();
        }

        @Override
        public boolean advance(final long journal, final long from, final long to) throws SQLException {
            statement();
            if (journal != journalId || from != progress) {
                return false;
            }
            progress = to;
            return true;
        }

        @Override
        public void insert(final OpenedSale sale) throws SQLException {
            statement();
            SimulatedDatabase.this.insert(
                    tables.sales,
                    sale.saleId(),
                    new DatabaseTables.Sale(
                            sale.opensAtMillis(),
                            sale.closesAtMillis(),
                            sale.items(),
                            sale.userLimit(),
                            sale.attemptsKept().label()));
        }

        @Override
        public long copy(final Table table, final byte[] bytes, final int length) throws SQLException {
            statement();
            final CopyInput in = new CopyInput(bytes, length);
            return switch (table) {
                case SALE_ITEMS -> copyItems(in);
                case CHECKOUTS -> copyCheckouts(in);
                case STAGED_PURCHASES -> {
                    while (in.nextRow(5)) {
                        stagedPurchases.add(
                                new long[] {in.bigint(), in.integer(), in.bigint(), in.bigint(), in.time()});
                    }
                    yield stagedPurchases.size();
                }
                case STAGED_RELEASES -> {
                    while (in.nextRow(3)) {
                        stagedReleases.add(new long[] {in.bigint(), in.bigint(), in.time()});
                    }
                    yield stagedReleases.size();
                }
            };
        }

        private long copyItems(final CopyInput in) throws SQLException {
            long rows = 0;
            for (; in.nextRow(6); rows++) {
                SimulatedDatabase.this.insert(
                        tables.items,
                        new DatabaseTables.ItemKey(in.bigint(), in.integer()),
                        new DatabaseTables.Item(in.time(), in.text(), in.text(), in.bool(), 0, DatabaseTables.NEVER));
            }
            return rows;
        }

        private long copyCheckouts(final CopyInput in) throws SQLException {
            long rows = 0;
            for (; in.nextRow(8); rows++) {
                final long saleId = in.bigint();
                final long sequence = in.bigint();
                final long user = in.bigint();
                final int item = in.integer();
                final long[] code = in.uuid();
                SimulatedDatabase.this.insert(
                        tables.checkouts,
                        sequence,
                        new DatabaseTables.Checkout(
                                saleId,
                                user,
                                item,
                                code[0],
                                code[1],
                                in.text(),
                                in.time(),
                                in.time(),
                                DatabaseTables.NEVER,
                                DatabaseTables.NEVER));
            }
            return rows;
        }

        @Override
        public int apply(final Change change, final long firstSale, final long lastSale) throws SQLException {
            statement();
            int changed = 0;
            for (final long[] staged : change == Change.CHECKOUTS_RELEASED ? stagedReleases : stagedPurchases) {
                if (staged[0] >= firstSale && staged[0] <= lastSale) {
                    changed += applyOne(change, staged) ? 1 : 0;
                }
            }
            return changed;
        }

        private boolean applyOne(final Change change, final long[] staged) {
            return switch (change) {
                case ITEMS_PURCHASED -> {
                    final DatabaseTables.ItemKey key = new DatabaseTables.ItemKey(staged[0], (int) staged[1]);
                    final DatabaseTables.Item row = tables.items.get(key);
                    if (row != null) {
                        put(tables.items, key, row.bought(staged[3], staged[4]));
                    }
                    yield row != null;
                }
                case CHECKOUTS_PURCHASED -> {
                    final DatabaseTables.Checkout row = tables.checkouts.get(staged[2]);
                    if (row != null) {
                        put(tables.checkouts, staged[2], row.bought(staged[4]));
                    }
                    yield row != null;
                }
                case CHECKOUTS_RELEASED -> {
                    final DatabaseTables.Checkout row = tables.checkouts.get(staged[1]);
                    if (row != null) {
                        put(tables.checkouts, staged[1], row.released(staged[2]));
                    }
                    yield row != null;
                }
            };
        }

        @Override
        public void commit() throws SQLException {
            client.operation();
            if (lost || away) {
                lose(Event.CONNECTION_LOST);
            }
            if (statementsUntilLoss-- <= 0) {
                if (random.nextBoolean()) {
                    commitAll();
                    lose(Event.COMMIT_UNKNOWN);
                }
                lose(Event.COMMIT_LOST);
            }
            commitAll();
            client.operation();
        }

        @Override
        public void rollback() throws SQLException {
            statement();
            rollBack();
        }

        @Override
        public int dropSales(final long closedBefore) {
            return 0;
        }

        @Override
        public void abort(final Executor executor) {
            lost = true;
        }

        @Override
        public void close() {
            lost = true;
            rollBack();
        }
    }
}
