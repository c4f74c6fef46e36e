package io.flashsale.projector;

import io.flashsale.journal.JournalException;
import io.flashsale.journal.JournalReader;
import io.flashsale.journal.JournalSegments;
import io.flashsale.journal.SegmentStorage;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The projector's work without its thread: connect, collect, write. It keeps replica and batch through an outage; after
 * every failure the database's progress decides what becomes of the batch, so that a COMMIT whose answer was lost is no
 * special case.
 *
 * <p>For one thread, except {@link #abort} and the getters of volatile fields.
 */
final class ProjectionWorker {
    /** Records between two looks at batch size and time. */
    private static final int RECORDS_PER_POLL = 16;

    private static final String IO_ERROR = "58030";
    private static final Logger LOG = LoggerFactory.getLogger(ProjectionWorker.class);

    /** A journal that has nothing to read for so long ends there. */
    private static final long END_OF_JOURNAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ProjectorConfig config;
    private final SegmentStorage storage;
    private final JournalDurability durability;
    private final ProjectorSteps steps;
    private final BooleanSupplier stopping;
    private final ProjectionMark mark;

    private ProjectionBatch batch = new ProjectionBatch();
    private long journalId;
    private JournalReader reader;
    private ProjectionReplica replica;
    private long batchBeganNanos;
    private volatile ProjectionDatabase database;
    private volatile boolean calling;
    private volatile long callBeganNanos;
    /** By the mark that a rebuild found. */
    private long provenThrough;

    private volatile long projectedSequence;
    private volatile long lastReadSequence;

    ProjectionWorker(
            final ProjectorConfig config,
            final SegmentStorage storage,
            final JournalDurability durability,
            final ProjectorSteps steps,
            final BooleanSupplier stopping) {
        this.config = config;
        this.storage = storage;
        this.durability = durability;
        this.steps = steps;
        this.stopping = stopping;
        mark = new ProjectionMark(config.mark());
    }

    /**
     * Makes sure that there is a connection, and that replica and batch fit the database's progress.
     *
     * @return false if the journal has no segment yet: try again.
     * @throws SQLException        if PostgreSQL is away.
     * @throws ProjectionException if database and journal do not belong together.
     */
    boolean connect() throws SQLException {
        if (database != null) {
            return true;
        }
        if (journalId == 0 && !findJournal()) {
            return false;
        }
        reconcile(openDatabase());
        return true;
    }

    private DatabaseProgress openDatabase() throws SQLException {
        beginCall();
        try {
            final ProjectionDatabase opened = ProjectionDatabase.open(config.database(), steps);
            database = opened;
            return opened.progress(journalId);
        } finally {
            calling = false;
        }
    }

    private void beginCall() {
        callBeganNanos = System.nanoTime();
        calling = true;
    }

    /** Any thread: for how long a call to PostgreSQL has had no answer; 0 while there is no call. */
    long silentNanos() {
        final ProjectionDatabase current = database;
        if (!calling) {
            return 0;
        }
        final long now = System.nanoTime();
        final long sinceCall = now - callBeganNanos;
        return Math.max(0, current == null ? sinceCall : Math.min(sinceCall, now - current.lastAnswerNanos()));
    }

    private boolean findJournal() {
        journalId = JournalSegments.of(storage).journalId();
        return journalId != 0;
    }

    private void reconcile(final DatabaseProgress progress) {
        projectedSequence = progress.sequence();
        if (replica == null) {
            rebuild(progress);
        } else if (progress.sequence() == batch.end()) {
            // The COMMIT whose answer was lost had succeeded, or there was nothing to write.
            batch.clear(batch.end());
        } else if (progress.sequence() != batch.begin()) {
            // Another projector, or a restored backup.
            rebuild(progress);
        }
    }

    /** A new replica that has applied what the database has; from what is left, if the service deletes segments meanwhile. */
    private void rebuild(final DatabaseProgress progress) {
        holdRetention(progress.sequence());
        while (true) {
            final long oldest = JournalSegments.of(storage).oldestSequence();
            try {
                rebuildFrom(oldest, progress);
                return;
            } catch (final JournalException e) {
                if (JournalSegments.of(storage).oldestSequence() == oldest) {
                    throw e;
                }
                LOG.info("the service deleted old segments meanwhile; beginning again with what is left");
            }
        }
    }

    /** Tells the service that it must not delete what an emptied database needs again. It may have done so already. */
    private void holdRetention(final long progress) {
        try {
            final Optional<ProjectionMark.Position> found =
                    ProjectionMark.read(config.mark()).filter(position -> position.journalId() == journalId);
            if (found.isPresent() && found.get().committed() > progress) {
                // What it proves of the journal stays proven while PostgreSQL is rebuilt.
                provenThrough = found.get().sequence();
                mark.write(new ProjectionMark.Position(journalId, provenThrough, progress));
            }
        } catch (final IOException e) {
            LOG.warn("cannot write {}: {}", config.mark(), DatabaseErrors.line(e));
        }
    }

    private void rebuildFrom(final long oldest, final DatabaseProgress progress) {
        closeReader();
        final ReplayStart start =
                RebuildStart.choose(storage, config.snapshots(), journalId, oldest, progress.sequence());
        reader = durability.reader(storage, start.fromSequence());
        replica = new ProjectionReplica(batch, start, oldest == 1, config.attemptsKept(), progress);
        long nothingSince = System.nanoTime();
        while (replica.lastSequence() < progress.sequence() && !stopping.getAsBoolean()) {
            if (reader.poll(replica, RECORDS_PER_POLL) > 0) {
                nothingSince = System.nanoTime();
            } else if (System.nanoTime() - nothingSince > END_OF_JOURNAL_NANOS) {
                throw new ProjectionException("PostgreSQL has journal " + JournalIds.text(journalId)
                        + " through sequence " + progress.sequence() + ", but the journal here ends at sequence "
                        + replica.lastSequence() + ": restore the journal's missing segments, or empty the database to"
                        + " have it rebuilt from what is left");
            } else {
                LockSupport.parkNanos(POLL_NANOS);
            }
            lastReadSequence = replica.lastSequence();
        }
        batchBeganNanos = System.nanoTime();
    }

    /**
     * Reads what is new in the journal.
     *
     * @return records read.
     */
    int collect() {
        final boolean wasEmpty = batch.isEmpty();
        final int records;
        try {
            records = reader.poll(replica, RECORDS_PER_POLL);
        } catch (final JournalException e) {
            return beginAgain(e);
        }
        if (records > 0) {
            lastReadSequence = replica.lastSequence();
            if (wasEmpty) {
                batchBeganNanos = System.nanoTime();
            }
        }
        return records;
    }

    /** Where the service has deleted what comes next, a database that was emptied is rebuilt from what is left. */
    private int beginAgain(final JournalException failure) {
        if (JournalSegments.of(storage).oldestSequence() <= replica.lastSequence() + 1) {
            throw failure;
        }
        LOG.warn("the service deleted segments behind sequence {} before they were read", replica.lastSequence());
        batch.clear(projectedSequence);
        replica = null;
        disconnect();
        return 1;
    }

    boolean hasBatch() {
        return !batch.isEmpty();
    }

    /** Whether the batch has as many commands as it should: there may well be more in the journal. */
    boolean isLarge() {
        return batch.commands() >= config.batchCommands();
    }

    boolean batchIsOlderThan(final long nanos) {
        return !batch.isEmpty() && System.nanoTime() - batchBeganNanos >= nanos;
    }

    /**
     * Writes the batch.
     *
     * @return false if somebody else wrote to the database: the batch is gone, the replica is as far as the database.
     * @throws SQLException if PostgreSQL went away, or does not want the rows.
     */
    boolean write() throws SQLException {
        final ProjectionDatabase current = database;
        final long end = batch.end();
        if (!writeTo(current)) {
            reconcile(current.progress(journalId));
            return false;
        }
        final boolean saleOpened = !batch.sales().isEmpty();
        batch.clear(end);
        projectedSequence = end;
        if (saleOpened && config.retain() != null) {
            dropOldSales(current);
        }
        return true;
    }

    private boolean writeTo(final ProjectionDatabase current) throws SQLException {
        beginCall();
        try {
            return current.write(journalId, batch, this::proveDurable);
        } finally {
            calling = false;
        }
    }

    /** By the journal's time, so that a projector that catches up drops what it would have dropped then. */
    private void dropOldSales(final ProjectionDatabase current) throws SQLException {
        final long closedBefore = replica.nowMillis() / 1_000 - config.retain().toSeconds();
        final int dropped = current.dropSales(closedBefore);
        if (dropped > 0) {
            LOG.info("dropped the partitions of {} hours whose sales closed before {}", dropped, closedBefore);
        }
    }

    /** Fails as PostgreSQL would where the mark cannot be written: the transaction is rolled back and tried again. */
    private void proveDurable() throws SQLException {
        final long end = batch.end();
        // What the disk takes is not PostgreSQL's silence.
        calling = false;
        durability.makeDurable(end);
        try {
            mark.write(new ProjectionMark.Position(journalId, Math.max(end, provenThrough), batch.begin()));
        } catch (final IOException e) {
            throw new SQLException("cannot write " + config.mark() + ": " + DatabaseErrors.line(e), IO_ERROR, e);
        }
        beginCall();
    }

    /** Gives up the connection; replica and batch stay. */
    void disconnect() {
        final ProjectionDatabase current = database;
        database = null;
        if (current != null) {
            try {
                current.close();
            } catch (final SQLException e) {
                // It is of no more use, however it ends.
            }
        }
    }

    /** Gives up everything, whatever state an error left it in: the next connection begins where the database is. */
    void forget() {
        disconnect();
        closeReader();
        replica = null;
        batch = new ProjectionBatch();
    }

    /** Any thread: makes a call to PostgreSQL that hangs fail. */
    void abort(final Executor executor) {
        final ProjectionDatabase current = database;
        if (current != null) {
            try {
                current.abort(executor);
            } catch (final SQLException e) {
                // It is of no more use, however it ends.
            }
        }
    }

    void close() {
        disconnect();
        closeReader();
        try {
            mark.close();
        } catch (final IOException e) {
            // Every write was synced.
        }
    }

    private void closeReader() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }

    long projectedSequence() {
        return projectedSequence;
    }

    long lastReadSequence() {
        return lastReadSequence;
    }
}
