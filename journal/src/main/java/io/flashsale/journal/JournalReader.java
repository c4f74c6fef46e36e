package io.flashsale.journal;

import io.flashsale.journal.RecordCursor.Found;
import io.flashsale.journal.SegmentChain.Link;
import java.util.List;

/**
 * Follows a journal while it is written, in the writer's process or another: no lock, nothing mapped, nothing written. A
 * record is delivered when it is complete and valid, which may be before it is durable; {@link #ofDurable} waits for that.
 *
 * <p>An idle poll costs one read of four bytes; each {@value #IDLE_POLLS_PER_LOOK}th, and the first after a record, also
 * looks for a newer segment. The reader goes on in the successor at its cut, and skips there what it has delivered.
 *
 * <p>A frame that is complete and whose record is not valid is read again by the next {@value #POLLS_BEFORE_JUDGEMENT} polls:
 * a writer completes the frame last, but the bytes of a foreign process may arrive in any order. If it stays, the raw bytes
 * behind it and the evidence decide, as in recovery: damage if it is proven durable; otherwise a torn tail, which the next
 * start of the service will cut, and the reader waits for that.
 *
 * <p>For one thread.
 */
public final class JournalReader implements AutoCloseable {
    private static final int IDLE_POLLS_PER_LOOK = 16;
    private static final int POLLS_BEFORE_JUDGEMENT = 1024;

    private final SegmentStorage storage;
    private final List<Evidence> evidence;
    private final DurableScout scout;
    private long lastSequence;
    private Link link;
    private Link successor;
    private RecordCursor cursor;
    private RecordRules rules;
    private long position;
    private int idlePolls;
    private int damagedPolls;

    /**
     * Opens nothing: the first poll does.
     *
     * @param storage      holding the segments.
     * @param fromSequence first sequence to deliver, 1 or more.
     * @param evidence     of what must be there: beyond it the reader waits, before it the reader refuses.
     */
    public JournalReader(final SegmentStorage storage, final long fromSequence, final List<Evidence> evidence) {
        this(storage, fromSequence, evidence, false);
    }

    private JournalReader(
            final SegmentStorage storage,
            final long fromSequence,
            final List<Evidence> evidence,
            final boolean durableOnly) {
        this.storage = storage;
        this.evidence = List.copyOf(evidence);
        lastSequence = Math.max(fromSequence, 1) - 1;
        scout = durableOnly ? new DurableScout(storage, provenThrough()) : null;
    }

    /**
     * A reader that delivers a record only when something proves it durable: a later record, a clean end, the beginning of a
     * later segment, or the evidence. The last record of a journal that is written waits for the next one; after a crash it
     * waits for the next start, which copies it or cuts it off.
     *
     * @param storage      holding the segments.
     * @param fromSequence first sequence to deliver, 1 or more.
     * @param evidence     of what must be there.
     * @return a reader that opened nothing yet.
     */
    public static JournalReader ofDurable(
            final SegmentStorage storage, final long fromSequence, final List<Evidence> evidence) {
        return new JournalReader(storage, fromSequence, evidence, true);
    }

    /**
     * Delivers what is new.
     *
     * @param handler    of the entries.
     * @param maxRecords most records to deliver.
     * @return records delivered, 0 if there is nothing new.
     * @throws JournalCorruptException if durable entries are damaged or missing.
     * @throws JournalException        if the storage fails.
     */
    public int poll(final BatchHandler handler, final int maxRecords) {
        if (link == null && !locate()) {
            return 0;
        }
        int delivered = 0;
        while (delivered < maxRecords) {
            while (successor != null && rules.nextSequence() >= successor.firstSequence()) {
                follow();
            }
            final Found found = cursor.next(position);
            if (found == Found.RECORD && isDeliverable()) {
                delivered += take(handler);
            } else if (delivered > 0 || !advance(found)) {
                return delivered;
            }
        }
        return delivered;
    }

    private boolean isDeliverable() {
        return scout == null || scout.proves(cursor.record().lastSequence());
    }

    private int take(final BatchHandler handler) {
        rules.accept(cursor);
        position = cursor.nextPosition();
        idlePolls = 0;
        damagedPolls = 0;
        if (cursor.record().lastSequence() <= lastSequence) {
            return 0;
        }
        cursor.deliver(lastSequence + 1, handler);
        lastSequence = cursor.record().lastSequence();
        return 1;
    }

    /** Nothing that may be delivered stands at the position: true if a successor was found and is worth a look. */
    private boolean advance(final Found found) {
        if (successor != null && found != Found.RECORD) {
            throw new JournalCorruptException(cursor.name() + ", position " + cursor.recordPosition() + ", sequence "
                    + rules.nextSequence() + ": no valid record, but " + storage.name(successor.number())
                    + " continues only from sequence " + successor.firstSequence());
        }
        if (idlePolls++ % IDLE_POLLS_PER_LOOK == 0 && lookForSuccessor()) {
            return true;
        }
        final boolean missing = found != Found.RECORD && (found == Found.DAMAGED || provenThrough() > lastSequence);
        if (missing && ++damagedPolls % POLLS_BEFORE_JUDGEMENT == 0) {
            judge();
        }
        return false;
    }

    private long provenThrough() {
        long through = 0;
        for (final Evidence proof : evidence) {
            through = Math.max(through, proof.sequence());
        }
        return through;
    }

    private void judge() {
        final long sequence = rules.nextSequence();
        final String where = cursor.name() + ", position " + cursor.recordPosition() + ", sequence " + sequence
                + ": no valid record";
        for (final Evidence proof : evidence) {
            if (proof.sequence() >= sequence) {
                throw new JournalCorruptException(
                        where + ", but " + proof.source() + " proves sequence " + proof.sequence() + " durable");
            }
        }
        final long proof = new RawScan(cursor)
                .find(position, r -> r.journalId() == rules.journalId() && r.durableThrough() >= sequence);
        if (proof >= 0 && cursor.next(position) != Found.RECORD) {
            throw new JournalCorruptException(
                    where + ", but the record at position " + proof + " proves that it was durable");
        }
    }

    /** Begins in the segment that holds the wanted sequence, or would. */
    private boolean locate() {
        final List<Link> links = SegmentChain.load(storage, 0).links();
        if (links.isEmpty()) {
            return false;
        }
        Link found = null;
        for (final Link candidate : links) {
            if (found == null || candidate.firstSequence() <= lastSequence + 1) {
                found = candidate;
            }
        }
        if (found.firstSequence() > lastSequence + 1) {
            throw new JournalCorruptException(storage.name(found.start().predecessor()) + " is missing: sequence "
                    + (lastSequence + 1) + " is wanted, but the oldest segment, " + storage.name(found.number())
                    + ", begins with sequence " + found.firstSequence());
        }
        enter(found);
        lookForSuccessor();
        return true;
    }

    private void enter(final Link next) {
        if (cursor != null) {
            cursor.close();
        }
        link = next;
        successor = null;
        cursor = new RecordCursor(storage, next.number());
        rules = new RecordRules(next);
        if (scout != null) {
            scout.enter(next);
        }
        position = next.bodyPosition();
        idlePolls = 0;
        damagedPolls = 0;
    }

    /** Looks for the segment that continues this one, or replaces it if this one's start was never proven complete. */
    private boolean lookForSuccessor() {
        final List<Link> newer = SegmentChain.load(storage, link.number() + 1).links();
        if (newer.isEmpty()) {
            return false;
        }
        final Link next = newer.get(0);
        if (next.journalId() != link.journalId()) {
            throw new JournalCorruptException(storage.name(next.number()) + " belongs to journal "
                    + Long.toHexString(next.journalId()) + ", not to journal " + Long.toHexString(link.journalId()));
        }
        successor = next;
        if (scout != null) {
            scout.learn(next);
        }
        return true;
    }

    private void follow() {
        final Link next = successor;
        final boolean continues = next.start().predecessor() == link.number();
        if (continues
                && rules.nextSequence() == next.firstSequence()
                && rules.crc() != next.start().predecessorCrc()) {
            throw new JournalCorruptException(cursor.name() + ", position " + position + ", sequence "
                    + rules.nextSequence() + ": wrong chain: " + storage.name(next.number())
                    + " does not continue this segment's last record");
        }
        if (lastSequence >= next.firstSequence() && lastSequence > next.start().copiedThrough()) {
            throw new JournalCorruptException(storage.name(next.number()) + " holds copies through sequence "
                    + next.start().copiedThrough() + ", but sequence " + lastSequence + " had been read before");
        }
        enter(next);
        lookForSuccessor();
    }

    /**
     * The last sequence delivered.
     *
     * @return one less than the first wanted if nothing was.
     */
    public long lastSequence() {
        return lastSequence;
    }

    /**
     * The journal's identity.
     *
     * @return 0 until a poll has found a segment.
     */
    public long journalId() {
        return link == null ? 0 : link.journalId();
    }

    /**
     * Number of the segment that is being read; during a delivery, of the one that holds the record.
     *
     * @return 0 until a poll has found a segment.
     */
    public long segment() {
        return link == null ? 0 : link.number();
    }

    /**
     * First sequence that {@link #segment()} holds: what comes before it lies in older segments.
     *
     * @return 0 until a poll has found a segment.
     */
    public long segmentFirstSequence() {
        return link == null ? 0 : link.firstSequence();
    }

    @Override
    public void close() {
        if (cursor != null) {
            cursor.close();
        }
        if (scout != null) {
            scout.close();
        }
    }
}
