package io.flashsale.journal;

import io.flashsale.journal.RecordCursor.Found;
import io.flashsale.journal.SegmentChain.Link;

/**
 * Reads ahead of a reader for what proves durable what it is about to deliver: each record names the highest sequence that its
 * writer knew to be synced, a clean end follows a sync, and a segment is begun after a sync through its cut. It asks the disk
 * for nothing.
 *
 * <p>For one thread.
 */
final class DurableScout implements AutoCloseable {
    private final SegmentStorage storage;
    private RecordCursor cursor;
    private RecordRules rules;
    private long position;
    private long durableThrough;

    /** Knows of what other evidence proves. */
    DurableScout(final SegmentStorage storage, final long durableThrough) {
        this.storage = storage;
        this.durableThrough = durableThrough;
    }

    /** Goes on in a segment, from its beginning. */
    void enter(final Link link) {
        close();
        learn(link);
        cursor = new RecordCursor(storage, link.number());
        rules = new RecordRules(link);
        position = link.bodyPosition();
    }

    /** Takes what the first record of a segment proves about the segments before. */
    void learn(final Link link) {
        prove(Math.max(link.durableThrough(), link.start().predecessorLast()));
    }

    /** Whether a sequence of this segment is proven durable, as far as can be read now. */
    boolean proves(final long sequence) {
        while (durableThrough < sequence && cursor.next(position) == Found.RECORD) {
            rules.accept(cursor);
            position = cursor.nextPosition();
            final RecordFlyweight record = cursor.record();
            prove(record.kind() == RecordKind.CLEAN_END ? record.lastSequence() : record.durableThrough());
        }
        return durableThrough >= sequence;
    }

    private void prove(final long sequence) {
        durableThrough = Math.max(durableThrough, sequence);
    }

    @Override
    public void close() {
        if (cursor != null) {
            cursor.close();
        }
    }
}
