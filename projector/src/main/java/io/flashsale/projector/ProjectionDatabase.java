package io.flashsale.projector;

import java.sql.SQLException;
import java.util.concurrent.Executor;

/**
 * What the projector does over one session: how a transaction is made. After an exception it is of no more use: close it,
 * open another, and ask the progress.
 *
 * <p>For one thread, except {@link #abort}.
 */
final class ProjectionDatabase implements AutoCloseable {
    /** What has to happen between the last row and the COMMIT. */
    @FunctionalInterface
    interface BeforeCommit {
        void run() throws SQLException;
    }

    private final ProjectionSession session;
    private volatile long lastAnswerNanos = System.nanoTime();

    /**
     * Assigns.
     *
     * @param session new; closed with this.
     */
    ProjectionDatabase(final ProjectionSession session) {
        this.session = session;
    }

    /**
     * How far the database is. An empty one becomes this journal's, at sequence 0.
     *
     * @throws ForeignJournalException if it is another journal's.
     */
    DatabaseProgress progress(final long journalId) throws SQLException {
        return session.progress(journalId);
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
            session.prepare(sale);
        }
        if (!session.advance(journalId, batch.begin(), batch.end())) {
            session.rollback();
            return false;
        }
        session.reached(ProjectorSteps.Step.FENCED, batch.end());
        answered();
        new BatchWriter(session, this::answered).write(batch);
        session.reached(ProjectorSteps.Step.ROWS_WRITTEN, batch.end());
        beforeCommit.run();
        session.reached(ProjectorSteps.Step.MARKED, batch.end());
        session.commit();
        session.reached(ProjectorSteps.Step.COMMITTED, batch.end());
        return true;
    }

    private void answered() {
        lastAnswerNanos = System.nanoTime();
    }

    /** Any thread: when PostgreSQL last answered a statement of a {@link #write}; before the first, when it was opened. */
    long lastAnswerNanos() {
        return lastAnswerNanos;
    }

    /**
     * Drops sales that nobody can change any more; not while somebody reads their tables.
     *
     * @param closedBefore epoch seconds.
     * @return partitions dropped, -1 if somebody reads: another time will do.
     */
    int dropSales(final long closedBefore) throws SQLException {
        return session.dropSales(closedBefore);
    }

    /** Any thread: ends whatever the connection's thread waits for. */
    void abort(final Executor executor) throws SQLException {
        session.abort(executor);
    }

    /** A transaction that was begun is rolled back by the server. */
    @Override
    public void close() throws SQLException {
        session.close();
    }
}
