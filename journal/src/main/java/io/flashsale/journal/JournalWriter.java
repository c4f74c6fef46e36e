package io.flashsale.journal;

import java.io.IOException;
import java.io.SyncFailedException;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.MutableDirectBuffer;

/**
 * Continues a journal in a new segment.
 *
 * <p>{@link #append} belongs to one thread. Durability may be asked for by any: whoever forces holds {@link #syncLock}. Space
 * is made by the {@link #keeper() keeper} on its own thread, and by the appending thread where the keeper is too slow;
 * {@link SegmentSupply} has a lock for that, taken before the other.
 *
 * <p>The first failure is final: a failed sync is never tried again, because the kernel may have forgotten the pages that it
 * could not write, and a second sync would succeed without them. Every later call throws, and the owner stops the process.
 */
public final class JournalWriter implements AutoCloseable {
    private static final long READ_AHEAD_PAUSE_NANOS = 20_000;

    private final ReentrantLock syncLock = new ReentrantLock();
    private final AtomicReference<JournalException> failure = new AtomicReference<>();
    private final SegmentStorage storage;
    private final JournalConfig config;
    private final SegmentSupply supply;
    private final Consumer<JournalException> failureHandler;
    private final RecordAppender appender;
    private final JournalKeeper keeper;
    private final long journalId;

    private volatile long durableSequence;
    private volatile boolean closed;

    private JournalWriter(
            final SegmentStorage storage,
            final JournalConfig config,
            final Recovered recovered,
            final LongSupplier newJournalId,
            final Consumer<JournalException> failureHandler) {
        this.storage = storage;
        this.config = config;
        this.failureHandler = failureHandler;
        journalId = recovered.journalId() != 0 ? recovered.journalId() : newJournalId.getAsLong();
        supply = new SegmentSupply(storage, config);
        appender = new RecordAppender(supply, journalId, recovered.lastTimestampMillis());
        keeper = new JournalKeeper(this, config);
    }

    private static long randomJournalId() {
        final SecureRandom random = new SecureRandom();
        long id = random.nextLong();
        while (id == 0) {
            id = random.nextLong();
        }
        return id;
    }

    /**
     * Opens with the wall clock and without a failure handler; see
     * {@link #open(SegmentStorage, JournalConfig, Recovered, long, Consumer)}.
     *
     * @param storage   holding the segments.
     * @param config    of this run.
     * @param recovered from the same storage, by this start.
     * @return a writer.
     */
    public static JournalWriter open(
            final SegmentStorage storage, final JournalConfig config, final Recovered recovered) {
        return open(storage, config, recovered, System.currentTimeMillis(), failure -> {});
    }

    /**
     * Begins a new segment, whose first record is the cut, copies into it what nothing proves durable, and syncs both. That is
     * so under every policy: a sync of the old segment would prove nothing where an earlier one has failed.
     *
     * @param storage        holding the segments.
     * @param config         of this run.
     * @param recovered      from the same storage, by this start.
     * @param createdMillis  noted in the segment, epoch milliseconds.
     * @param failureHandler told once of a failure that this writer cannot survive, on the thread that met it, before that
     *                       thread's exception: the process must stop.
     * @return a writer: everything recovered is durable.
     * @throws JournalException if the storage fails.
     */
    public static JournalWriter open(
            final SegmentStorage storage,
            final JournalConfig config,
            final Recovered recovered,
            final long createdMillis,
            final Consumer<JournalException> failureHandler) {
        return open(storage, config, recovered, createdMillis, JournalWriter::randomJournalId, failureHandler);
    }

    /**
     * The same with another source of identity, so that a simulation can repeat a run.
     *
     * @param storage        holding the segments.
     * @param config         of this run.
     * @param recovered      from the same storage, by this start.
     * @param createdMillis  noted in the segment, epoch milliseconds.
     * @param newJournalId   gives the identity of a journal that does not exist yet: random, not 0.
     * @param failureHandler told once of a failure that this writer cannot survive.
     * @return a writer: everything recovered is durable.
     * @throws JournalException if the storage fails.
     */
    public static JournalWriter open(
            final SegmentStorage storage,
            final JournalConfig config,
            final Recovered recovered,
            final long createdMillis,
            final LongSupplier newJournalId,
            final Consumer<JournalException> failureHandler) {
        final JournalWriter journal = new JournalWriter(storage, config, recovered, newJournalId, failureHandler);
        try {
            journal.begin(recovered, createdMillis);
            return journal;
        } catch (final IOException e) {
            journal.releaseAll();
            throw new JournalException("the journal cannot begin a segment: " + e.getMessage(), e);
        } catch (final RuntimeException e) {
            journal.releaseAll();
            throw e;
        }
    }

    private void begin(final Recovered recovered, final long createdMillis) throws IOException {
        final Recovered.Tail tail = recovered.tail();
        if (tail.segment() != 0 && recovered.cutReport() == null) {
            // First: on a full disk this is the space for the segment to come.
            storage.trim(tail.segment(), tail.end());
        }
        supply.begin();
        final long segment = supply.segment();
        final long last = recovered.lastSequence();
        final SegmentStart start = new SegmentStart(
                segment, tail.provenSegment(), tail.provenLast(), tail.provenCrc(), last, createdMillis);
        durableSequence = start.predecessorLast();
        appender.segmentStart(start, durableSequence);
        if (last > start.predecessorLast()) {
            appender.copy(storage, tail.segment(), tail.unprovenAt(), last);
        }
        forceNewSegment();
        durableSequence = last;
    }

    /**
     * Nothing else may be appended to a segment before its first record, and what was copied, is durable. The mark comes after
     * the force and before the directory's sync: whoever finds it knows that there were records.
     */
    private void forceNewSegment() throws IOException {
        supply.current().force();
        storage.markBegun(supply.segment());
        storage.syncDirectory(supply.segment());
    }

    /**
     * The journal's identity: random, drawn when it was created.
     *
     * @return never 0.
     */
    public long journalId() {
        return journalId;
    }

    /**
     * Most entries of one record.
     *
     * @return a constant.
     */
    public int maxBatch() {
        return JournalLimits.MAX_BATCH;
    }

    /**
     * Appends one record. It is then in the page cache and visible to readers; {@link #sync()} makes it durable.
     *
     * @param entries         holding the batch.
     * @param offset          of its first entry.
     * @param count           of entries, 1 to {@link #maxBatch()}.
     * @param timestampMillis of the batch.
     * @throws JournalException if it failed, or had failed before.
     */
    public void append(
            final MutableDirectBuffer entries, final int offset, final int count, final long timestampMillis) {
        if (count < 1 || count > JournalLimits.MAX_BATCH) {
            throw new IllegalArgumentException("count must be 1 to " + JournalLimits.MAX_BATCH + ": " + count);
        }
        checkUsable();
        try {
            if (supply.isOver(timestampMillis)) {
                rotate(timestampMillis);
            }
            appender.batch(entries, offset, count, timestampMillis, durableSequence);
        } catch (final IOException | RuntimeException e) {
            throw fail("append of sequence " + (appendedSequence() + 1) + " failed", e);
        }
    }

    /** Goes on in the next segment, or stays if there is no space for one. */
    private void rotate(final long timestampMillis) throws IOException {
        supply.lock().lock();
        try {
            if (!supply.hasNext()) {
                return;
            }
            syncLock.lock();
            try {
                final long last = appendedSequence();
                forceThrough(last);
                final SegmentStart start = new SegmentStart(
                        supply.nextSegment(),
                        supply.segment(),
                        last,
                        appender.lastCrc(),
                        last,
                        appender.lastTimestampMillis());
                supply.advance(timestampMillis);
                appender.segmentStart(start, durableSequence);
                forceNewSegment();
            } finally {
                syncLock.unlock();
            }
        } finally {
            supply.lock().unlock();
        }
    }

    /**
     * Makes everything appended durable.
     *
     * @throws JournalException if the sync failed, or anything had failed before.
     */
    public void sync() {
        makeDurable(appendedSequence());
    }

    /**
     * Returns once the journal is durable through a sequence; syncs it if nobody else has. From any thread.
     *
     * <p>A reader can see a record a moment before its writer counts it as appended, so a sequence that was read from the
     * journal may be a little ahead of {@link #appendedSequence()}: that moment is waited for.
     *
     * @param sequence that was appended, or read from the journal.
     * @throws JournalException if the sync failed, or anything had failed before.
     */
    public void makeDurable(final long sequence) {
        if (durableSequence >= sequence) {
            return;
        }
        checkUsable();
        awaitAppended(sequence);
        syncLock.lock();
        try {
            // First: an orderly end may have come in between, and made it durable.
            if (durableSequence < sequence) {
                checkUsable();
                forceThrough(appendedSequence());
            }
        } catch (final IOException e) {
            throw fail("sync failed", e);
        } finally {
            syncLock.unlock();
        }
    }

    /**
     * Outside of every lock: the appending thread may need one of them before it counts. A reader is at most one record
     * ahead of the count, so anything further is a mistake of the caller's.
     */
    private void awaitAppended(final long sequence) {
        while (appendedSequence() < sequence) {
            checkUsable();
            final long appended = appendedSequence();
            if (sequence > appended + JournalLimits.MAX_BATCH) {
                throw new IllegalArgumentException(
                        "sequence " + sequence + " was not appended: the journal ends with " + appended);
            }
            LockSupport.parkNanos(READ_AHEAD_PAUSE_NANOS);
        }
    }

    private void forceThrough(final long appended) throws IOException {
        if (appended > durableSequence) {
            supply.current().force();
            durableSequence = appended;
        }
    }

    /**
     * The last sequence appended. From any thread.
     *
     * @return 0 for none.
     */
    public long appendedSequence() {
        return appender.sequence();
    }

    /**
     * The last sequence known to be durable. From any thread.
     *
     * @return 0 for none.
     */
    public long durableSequence() {
        return durableSequence;
    }

    /**
     * Whether two full rings of commands surely find room; if not, new commands are to be refused. From any thread.
     *
     * @return false until the keeper has made room, and when the disk is full.
     */
    public boolean hasRoom() {
        return frontierLead() >= config.reserveBytes();
    }

    /**
     * Bytes appended since this writer was opened, framing included. From any thread.
     *
     * @return a growing number.
     */
    public long bytes() {
        return supply.bytes();
    }

    /**
     * Number of the segment being written. From any thread.
     *
     * @return 1 or more.
     */
    public long segment() {
        return supply.segment();
    }

    /**
     * Bytes that are filled and synced ahead of the last record. From any thread.
     *
     * @return 0 or more.
     */
    public long frontierLead() {
        return supply.lead();
    }

    /**
     * Fills ahead, prepares segments, syncs at the interval. The owner runs it on a thread, or drives it by hand in tests.
     *
     * @return this writer's only keeper.
     */
    public JournalKeeper keeper() {
        return keeper;
    }

    /** One step of the keeper's work on space; false if nothing was to be done. */
    boolean makeSpace() throws IOException {
        try {
            return supply.fillAhead() || supply.prepareAhead();
        } catch (final SyncFailedException e) {
            throw fail("sync of filled space failed", e);
        }
    }

    private void checkUsable() {
        final JournalException earlier = failure.get();
        if (earlier != null) {
            throw new JournalException("the journal had failed: " + earlier.getMessage(), earlier);
        }
        if (closed) {
            throw new JournalException("the journal is closed");
        }
    }

    /** Records the first failure and tells the owner. */
    private JournalException fail(final String what, final Throwable cause) {
        final JournalException exception =
                new JournalException(what + " in " + storage.name(supply.segment()) + ": " + cause.getMessage(), cause);
        if (failure.compareAndSet(null, exception)) {
            failureHandler.accept(exception);
        }
        return exception;
    }

    /**
     * Syncs, appends the clean end, syncs again, and releases everything. By the appending thread, when the keeper's thread
     * has ended. After a failure it only releases.
     *
     * @throws JournalException if a sync failed.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        try {
            if (failure.get() == null) {
                sync();
                appender.cleanEnd(durableSequence);
                supply.current().force();
                supply.dropNext();
            }
        } catch (final IOException e) {
            throw fail("sync of the clean end failed", e);
        } finally {
            releaseAll();
        }
    }

    /** Releases everything and syncs nothing, as if the process had been killed. */
    public void abandon() {
        releaseAll();
    }

    private void releaseAll() {
        closed = true;
        supply.lock().lock();
        try {
            syncLock.lock();
            try {
                supply.close();
            } finally {
                syncLock.unlock();
            }
        } finally {
            supply.lock().unlock();
        }
    }
}
