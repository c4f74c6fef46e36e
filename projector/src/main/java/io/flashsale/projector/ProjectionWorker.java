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
public final class ProjectionWorker {
    /** Records between two looks at batch size and time. */
    private static final int RECORDS_PER_POLL = 16;

    private static final String IO_ERROR = "58030";
    private static final Logger LOG = LoggerFactory.getLogger(ProjectionWorker.class);

    /** A journal that has nothing to read for so long ends there. */
    private static final long END_OF_JOURNAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ProjectorConfig config;
    private final ProjectionPorts ports;
    private final SegmentStorage storage;
    private final JournalDurability durability;
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

    /**
     * Assigns; opens nothing.
     *
     * @param config   how to work.
     * @param ports    to work with.
     * @param stopping ends what waits for the journal.
     */
    public ProjectionWorker(final ProjectorConfig config, final ProjectionPorts ports, final BooleanSupplier stopping) {
        this.config = config;
        this.ports = ports;
        storage = ports.storage();
        durability = ports.durability();
        this.stopping = stopping;
        mark = new ProjectionMark(ports.files(), config.mark());
    }

    /**
     * Makes sure that there is a connection, and that replica and batch fit the database's progress.
     *
     * @return false if the journal has no segment yet: try again.
     * @throws SQLException        if PostgreSQL is away.
     * @throws ProjectionException if database and journal do not belong together.
     */
    public boolean connect() throws SQLException {
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
            final ProjectionDatabase opened =
                    new ProjectionDatabase(ports.connector().open());
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
            final Optional<ProjectionMark.Position> found = ProjectionMark.read(ports.files(), config.mark())
                    .filter(position -> position.journalId() == journalId);
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
        long nothingSince = ports.pacer().nanoTime();
        while (replica.lastSequence() < progress.sequence() && !stopping.getAsBoolean()) {
            if (reader.poll(replica, RECORDS_PER_POLL) > 0) {
                nothingSince = ports.pacer().nanoTime();
            } else if (ports.pacer().nanoTime() - nothingSince > END_OF_JOURNAL_NANOS) {
                throw new ProjectionException("PostgreSQL has journal " + JournalIds.text(journalId)
                        + " through sequence " + progress.sequence() + ", but the journal here ends at sequence "
                        + replica.lastSequence() + ": restore the journal's missing segments, or empty the database to"
                        + " have it rebuilt from what is left");
            } else {
                ports.pacer().pause(POLL_NANOS);
            }
            lastReadSequence = replica.lastSequence();
        }
        batchBeganNanos = ports.pacer().nanoTime();
    }

    /**
     * Reads what is new in the journal.
     *
     * @return records read.
     */
    public int collect() {
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
                batchBeganNanos = ports.pacer().nanoTime();
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

    /**
     * Whether there is anything to write.
     *
     * @return false if everything read is written.
     */
    public boolean hasBatch() {
        return !batch.isEmpty();
    }

    /**
     * Whether the batch has as many commands as it should, or was sent before and takes in no more: there may well be more in
     * the journal.
     *
     * @return true if it is to be written.
     */
    public boolean isLarge() {
        return batch.commands() >= config.batchCommands() || batch.isSealed();
    }

    boolean batchIsOlderThan(final long nanos) {
        return !batch.isEmpty() && ports.pacer().nanoTime() - batchBeganNanos >= nanos;
    }

    /**
     * Writes the batch.
     *
     * @return false if somebody else wrote to the database: the batch is gone, the replica is as far as the database.
     * @throws SQLException if PostgreSQL went away, or does not want the rows.
     */
    public boolean write() throws SQLException {
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

    /** Gives up the connection; replica and batch stay. By the worker's thread. */
    public void disconnect() {
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
    public void forget() {
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

    /** Releases everything; what is not committed is written by the next one. */
    public void close() {
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

    /**
     * Through where the database has the rows. Any thread.
     *
     * @return 0 for nothing.
     */
    public long projectedSequence() {
        return projectedSequence;
    }

    /**
     * Through where the replica is. Any thread.
     *
     * @return 0 for nothing.
     */
    public long lastReadSequence() {
        return lastReadSequence;
    }

    /**
     * The replica's state. By the worker's thread, once it is connected.
     *
     * @return as {@link io.flashsale.engine.SaleEngine#stateHash()} gives it.
     */
    public long stateHash() {
        return replica.stateHash();
    }
}
