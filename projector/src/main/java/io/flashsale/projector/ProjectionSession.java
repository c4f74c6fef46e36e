package io.flashsale.projector;

import java.sql.SQLException;
import java.util.concurrent.Executor;

/**
 * The port to whatever holds the projection: one connection and its statements. In which order they are sent, and what must
 * have happened before a COMMIT, is above it. PostgreSQL implements it, and a simulation can, with connections that are lost
 * at any statement.
 *
 * <p>After an exception a session is of no more use but to be closed. For one thread, except {@link #abort}.
 */
public interface ProjectionSession extends AutoCloseable {
    /** Where rows in binary COPY format go. */
    enum Table {
        /** All items of a sale that opens. */
        SALE_ITEMS,
        /** Checkout attempts. */
        CHECKOUTS,
        /** Purchases, to be applied; empty again after the transaction. */
        STAGED_PURCHASES,
        /** Releases, to be applied; empty again after the transaction. */
        STAGED_RELEASES
    }

    /** What is applied to the rows of sales in a range. */
    enum Change {
        /** Staged purchases to the items. */
        ITEMS_PURCHASED,
        /** Staged purchases to the checkouts. */
        CHECKOUTS_PURCHASED,
        /** Staged releases to the checkouts. */
        CHECKOUTS_RELEASED
    }

    /** Opens sessions. */
    @FunctionalInterface
    interface Connector {
        /**
         * Connects, and brings the schema up to date.
         *
         * @return a new session outside of any transaction.
         * @throws SQLException        if the database is away or does not let us in.
         * @throws ProjectionException if it is too old, or the schema cannot be brought up to date.
         */
        ProjectionSession open() throws SQLException;
    }

    /**
     * How far the database is. An empty one becomes this journal's, at sequence 0. A transaction of its own.
     *
     * @param journalId of the journal.
     * @return what one statement saw.
     * @throws ForeignJournalException if it is another journal's.
     * @throws SQLException            if the database failed.
     */
    DatabaseProgress progress(long journalId) throws SQLException;

    /**
     * Makes room for the rows of a sale and of the next. A transaction of its own: harmless if unused.
     *
     * @param sale that opened.
     * @throws SQLException if the database failed.
     */
    void prepare(OpenedSale sale) throws SQLException;

    /**
     * Moves the progress, and begins a transaction with that.
     *
     * @param journalId of the journal.
     * @param from      where the progress must be.
     * @param to        where it is moved.
     * @return false if it was somewhere else, and stays there.
     * @throws SQLException if the database failed.
     */
    boolean advance(long journalId, long from, long to) throws SQLException;

    /**
     * Inserts a sale's own row.
     *
     * @param sale that opened.
     * @throws SQLException if the database failed.
     */
    void insert(OpenedSale sale) throws SQLException;

    /**
     * Inserts rows.
     *
     * @param table  that they are of.
     * @param bytes  in binary COPY format; not changed.
     * @param length of them.
     * @return rows taken.
     * @throws SQLException if the database failed.
     */
    long copy(Table table, byte[] bytes, int length) throws SQLException;

    /**
     * Applies what is staged. The range of sales lets the planner leave out every partition but one or two.
     *
     * @param change    to apply.
     * @param firstSale of the rows that change.
     * @param lastSale  of the rows that change.
     * @return rows changed.
     * @throws SQLException if the database failed.
     */
    int apply(Change change, long firstSale, long lastSale) throws SQLException;

    /**
     * Ends the transaction.
     *
     * @throws SQLException if the database failed; it may have committed all the same.
     */
    void commit() throws SQLException;

    /**
     * Gives the transaction up.
     *
     * @throws SQLException if the database failed; then it is given up as well.
     */
    void rollback() throws SQLException;

    /**
     * Drops sales that nobody can change any more; not while somebody reads their tables.
     *
     * @param closedBefore epoch seconds.
     * @return partitions dropped, -1 if somebody reads: another time will do.
     * @throws SQLException if the database failed.
     */
    int dropSales(long closedBefore) throws SQLException;

    /**
     * Is told how far a transaction is.
     *
     * @param step that was taken.
     * @param end  last sequence of the batch.
     * @throws SQLException to make the step fail as the database would.
     */
    default void reached(final ProjectorSteps.Step step, final long end) throws SQLException {}

    /**
     * Any thread: ends whatever the session's thread waits for.
     *
     * @param executor of what may hang.
     * @throws SQLException if that failed.
     */
    void abort(Executor executor) throws SQLException;

    /** Releases the connection; a transaction that was begun is rolled back. */
    @Override
    void close() throws SQLException;
}
