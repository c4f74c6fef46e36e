package io.flashsale.journal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.LongStream;

/**
 * The segment being written, the space ahead of its last record, the segment to come and the one before. The appending thread
 * uses the current segment without a lock; whoever moves a frontier or changes segments holds the lock: the keeper mostly, the
 * appending thread where the keeper was too slow.
 */
final class SegmentSupply {
    private static final long RETRY_BYTES = 64L * 1024 * 1024;
    private static final long RETRY_MILLIS = 60_000;
    private static final long NO_BATCH_YET = Long.MAX_VALUE;

    /** The next segment is prepared when an eighth of this one is left. */
    private static final int PREPARE_DIVISOR = 8;

    /** A segment of this run that ends at a position, and was filled beyond it. */
    private record Untrimmed(long segment, long end) {}

    private final ArrayDeque<Untrimmed> untrimmed = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final SegmentStorage storage;
    private final JournalConfig config;
    private SegmentWriter next;
    private SegmentWriter retired;
    private boolean closed;
    private volatile SegmentWriter current;
    private volatile long segment;
    private volatile long rotateAtBytes;
    private volatile long rotateAtMillis = NO_BATCH_YET;
    private volatile long journalMillis;
    private volatile long bytesBefore;

    SegmentSupply(final SegmentStorage storage, final JournalConfig config) {
        this.storage = storage;
        this.config = config;
        rotateAtBytes = config.segmentBytes();
    }

    /** Creates the first segment of this run, with a fresh number. */
    void begin() throws IOException {
        final long[] existing = storage.list();
        segment = existing.length == 0 ? 1 : existing[existing.length - 1] + 1;
        current = create(segment, config.initialFillBytes());
    }

    SegmentWriter current() {
        return current;
    }

    long segment() {
        return segment;
    }

    long nextSegment() {
        return segment + 1;
    }

    long bytes() {
        return bytesBefore + current.position();
    }

    long lead() {
        final SegmentWriter writer = current;
        return Math.max(0, writer.frontier() - writer.position());
    }

    /**
     * Whether a batch belongs into the next segment: this one is large enough, or its first batch old enough by the journal's
     * own time. A segment without a batch is neither. By the appending thread, before each batch.
     */
    boolean isOver(final long batchMillis) {
        journalMillis = batchMillis;
        if (rotateAtMillis == NO_BATCH_YET) {
            rotateAtMillis = batchMillis + config.segmentMillis();
        }
        return batchMillis >= rotateAtMillis || current.position() >= rotateAtBytes;
    }

    /** To be held from {@link #hasNext()} until the next segment's first record is durable. */
    ReentrantLock lock() {
        return lock;
    }

    /** True if the next segment is prepared, or could be now. Else the journal goes on in this one for a while. */
    boolean hasNext() {
        if (next == null) {
            try {
                prepare(config.initialFillBytes());
            } catch (final IOException e) {
                // No space, most likely. Whether there is room for records is for the frontier to say.
                rotateAtBytes = Math.max(rotateAtBytes, current.position() + RETRY_BYTES);
                rotateAtMillis = Math.max(rotateAtMillis, journalMillis + RETRY_MILLIS);
                return false;
            }
        }
        return true;
    }

    /** Goes on in the next segment, with a batch of that time. The one before stays open until the keeper closes it. */
    void advance(final long batchMillis) {
        closeRetired();
        final long bytes = bytes();
        retired = current;
        untrimmed.add(new Untrimmed(segment, current.position()));
        segment = nextSegment();
        current = next;
        bytesBefore = bytes;
        next = null;
        rotateAtBytes = config.segmentBytes();
        rotateAtMillis = batchMillis + config.segmentMillis();
    }

    /** By the appending thread, when the keeper was too slow. */
    void makeRoom(final int length) throws IOException {
        lock.lock();
        try {
            while (!current.hasRoomFor(length)) {
                current.fill(current.frontier() + JournalKeeper.FILL_STEP_BYTES);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * One step of filling ahead; false if the lead is long enough. It grows by doubling what was written. What is missing is
     * left to grow to half a step first: each fill makes the file longer, and for that the file system commits its own journal,
     * which the appending thread's next sync has to wait for.
     */
    boolean fillAhead() throws IOException {
        lock.lock();
        try {
            final long position = current.position();
            final long least = config.reserveBytes() + JournalKeeper.FILL_STEP_BYTES;
            final long lead = Math.min(Math.max(position, least), Math.max(config.leadBytes(), least));
            if (closed || position + lead - current.frontier() < JournalKeeper.FILL_STEP_BYTES / 2) {
                return false;
            }
            current.fill(Math.min(current.frontier() + JournalKeeper.FILL_STEP_BYTES, position + lead));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Closes and trims the segment before, prepares the next when this one is nearly over; false if nothing was due. */
    boolean prepareAhead() throws IOException {
        lock.lock();
        try {
            closeRetired();
            final boolean retires = trimOne();
            if (closed || next != null || !isNearlyOver()) {
                return retires;
            }
            prepare(Math.max(config.initialFillBytes(), config.reserveBytes() + JournalKeeper.FILL_STEP_BYTES));
            return true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives back what a segment was filled with and did not need. It was synced when its successor began, and closed before;
     * what is left reaches to the end of the last mapping, and readers map nothing: nobody can fault on what is gone.
     */
    private boolean trimOne() throws IOException {
        final Untrimmed next = closed ? null : untrimmed.poll();
        if (next == null) {
            return false;
        }
        try {
            storage.trim(next.segment(), next.end());
        } catch (final NoSuchFileException e) {
            // Retention was faster.
        }
        return true;
    }

    private boolean isNearlyOver() {
        return current.position() >= rotateAtBytes - config.segmentBytes() / PREPARE_DIVISOR
                || journalMillis >= rotateAtMillis - config.segmentMillis() / PREPARE_DIVISOR;
    }

    private void prepare(final long fillBytes) throws IOException {
        next = create(nextSegment(), fillBytes);
    }

    /**
     * Creates a segment, or leaves nothing of it: on a full disk, trying again must use up neither space nor numbers. That
     * includes a failed sync, because there is no record in it yet. What was there before is somebody else's, and stays.
     */
    private SegmentWriter create(final long number, final long fillBytes) throws IOException {
        if (LongStream.of(storage.list()).anyMatch(existing -> existing == number)) {
            throw existsAlready(number, null);
        }
        try {
            return storage.create(number, fillBytes);
        } catch (final FileAlreadyExistsException e) {
            throw existsAlready(number, e);
        } catch (final IOException | RuntimeException e) {
            try {
                storage.delete(number);
            } catch (final IOException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw new IOException(storage.name(number) + " cannot be created: " + e.getMessage(), e);
        }
    }

    private IOException existsAlready(final long number, final IOException cause) {
        return new IOException(
                storage.name(number) + " cannot be created: it exists already, and is not of this run: move it away",
                cause);
    }

    private void closeRetired() {
        if (retired != null) {
            retired.close();
            retired = null;
        }
    }

    /** Deletes the next segment, which was prepared and will not be begun: the next start would have to warn of it. */
    void dropNext() {
        lock.lock();
        try {
            if (next != null) {
                next.close();
                next = null;
                storage.delete(nextSegment());
            }
        } catch (final IOException ignored) {
            // Then the next start warns, and deletes it.
        } finally {
            lock.unlock();
        }
    }

    /** Releases everything, and syncs nothing. Idempotent. */
    void close() {
        lock.lock();
        try {
            closed = true;
            closeRetired();
            if (next != null) {
                next.close();
            }
            if (current != null) {
                current.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
