package io.flashsale.journal;

import org.agrona.MutableDirectBuffer;

/** Receives journaled entries, a record or the wanted rest of one at a time, in sequence order. */
@FunctionalInterface
public interface BatchHandler {
    /**
     * Called on the thread that recovers or polls.
     *
     * @param firstSequence   of the first entry.
     * @param count           of entries, at least 1.
     * @param timestampMillis that the batch was stamped with.
     * @param buffer          holding {@code count} times {@link RecordFlyweight#ENTRY_LENGTH} bytes; valid during the
     *                        call only, not to be written to.
     * @param offset          of the first entry in the buffer.
     */
    void onBatch(long firstSequence, int count, long timestampMillis, MutableDirectBuffer buffer, int offset);
}
