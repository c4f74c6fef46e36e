package io.flashsale.projector;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Decision;
import io.flashsale.engine.SaleEngine;
import io.flashsale.journal.BatchHandler;
import io.flashsale.journal.JournalReader;
import io.flashsale.journal.SegmentStorage;
import java.io.IOException;
import java.util.List;
import org.agrona.MutableDirectBuffer;

/**
 * The snapshotter's work without its thread: follows the journal with a replica, and turns the replica's state into a
 * snapshot where one is due. That is when enough commands have passed, and at the first command of every segment: with the
 * state before it the older segments can be done without.
 *
 * <p>A snapshot that is due is kept as bytes until it is written, so that a full disk costs no replay.
 *
 * <p>For one thread, except the getters.
 */
public final class SnapshotWorker implements BatchHandler, AutoCloseable {
    private static final int RECORDS_PER_POLL = 16;

    private final long everyCommands;
    private final SegmentStorage storage;
    private final SnapshotStore store;
    private final JournalDurability durability;
    private final Decision decision = new Decision();
    private SaleEngine engine;
    private JournalReader reader;
    private long segment;
    private long lastDue;
    private byte[] dueBytes;
    private long dueStateHash;
    private volatile long snapshotSequence;
    private volatile long appliedSequence;

    /**
     * Assigns; opens nothing.
     *
     * @param everyCommands after how many a snapshot is due.
     * @param storage       of the journal.
     * @param store         of the snapshots.
     * @param durability    makes the journal durable.
     */
    public SnapshotWorker(
            final long everyCommands,
            final SegmentStorage storage,
            final SnapshotStore store,
            final JournalDurability durability) {
        this.everyCommands = everyCommands;
        this.storage = storage;
        this.store = store;
        this.durability = durability;
    }

    /**
     * Whether there is a replica.
     *
     * @return false before {@link #open} and after {@link #close}.
     */
    public boolean isOpen() {
        return reader != null;
    }

    /**
     * Restores the replica from the newest snapshot.
     *
     * @throws IOException if the snapshots cannot be read.
     */
    public void open() throws IOException {
        final ReplayStart start = ReplayStart.newest(storage, store, Long.MAX_VALUE);
        engine = start.engine();
        reader = new JournalReader(storage, start.fromSequence(), List.of());
        lastDue = start.snapshot() == null ? 0 : engine.lastSequence();
        snapshotSequence = lastDue;
        appliedSequence = engine.lastSequence();
    }

    /**
     * Applies what is new in the journal, a little of it.
     *
     * @return records applied.
     */
    public int collect() {
        final int records = reader.poll(this, RECORDS_PER_POLL);
        if (engine.lastSequence() - lastDue >= everyCommands) {
            keep();
        }
        appliedSequence = engine.lastSequence();
        return records;
    }

    @Override
    public void onBatch(
            final long firstSequence,
            final int count,
            final long timestampMillis,
            final MutableDirectBuffer buffer,
            final int offset) {
        if (reader.segment() != segment) {
            segment = reader.segment();
            if (firstSequence == reader.segmentFirstSequence()) {
                keep();
            }
        }
        for (int i = 0; i < count; i++) {
            engine.apply(firstSequence + i, timestampMillis, buffer, offset + i * CommandFlyweight.LENGTH, decision);
            if (decision.outcome().isFatal()) {
                throw new ProjectionException("the snapshots' replica cannot go on at sequence " + decision.sequence()
                        + ": " + decision.outcome());
            }
        }
    }

    /** Keeps the present state to be written, in place of an older one that was not. */
    public void keep() {
        if (engine.lastSequence() > lastDue) {
            // First, so that there are never two in memory.
            dueBytes = null;
            dueBytes = SnapshotFile.encode(reader.journalId(), engine);
            dueStateHash = engine.stateHash();
            lastDue = engine.lastSequence();
        }
    }

    /**
     * Whether a snapshot waits to be written.
     *
     * @return true until {@link #write} has succeeded.
     */
    public boolean isDue() {
        return dueBytes != null;
    }

    /**
     * Writes the snapshot that is due, once the journal is durable through it.
     *
     * @throws IOException if that failed: it stays due.
     */
    public void write() throws IOException {
        durability.makeDurable(lastDue);
        store.write(dueBytes, lastDue, dueStateHash);
        snapshotSequence = lastDue;
        dueBytes = null;
    }

    /**
     * Through where the replica is. Any thread.
     *
     * @return 0 for nothing.
     */
    public long appliedSequence() {
        return appliedSequence;
    }

    /**
     * Of the newest snapshot. Any thread.
     *
     * @return 0 if there is none.
     */
    public long snapshotSequence() {
        return snapshotSequence;
    }

    /**
     * The replica's state. By the worker's thread, while it is open.
     *
     * @return as {@link SaleEngine#stateHash()} gives it.
     */
    public long stateHash() {
        return engine.stateHash();
    }

    /** Forgets everything, whatever state an error left it in; it can be opened again. */
    @Override
    public void close() {
        final JournalReader open = reader;
        reader = null;
        engine = null;
        dueBytes = null;
        segment = 0;
        if (open != null) {
            open.close();
        }
    }
}
