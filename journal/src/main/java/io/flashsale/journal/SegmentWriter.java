package io.flashsale.journal;

import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.ByteBuffer;

/**
 * Appends to one segment. {@link #append} is called by one thread; {@link #force}, {@link #fill} and the getters may be
 * called by others at the same time, each by one thread at a time.
 */
public interface SegmentWriter extends AutoCloseable {
    /**
     * Appends one framed record. It is then visible to readers of the segment, and not yet durable.
     *
     * @param record off-heap; its remaining bytes are the record, and are consumed.
     * @throws IllegalStateException if the record could pass the frontier: see {@link #hasRoomFor}.
     * @throws IOException           if the storage failed: it must not be tried again.
     */
    void append(ByteBuffer record) throws IOException;

    /**
     * Whether a record can be appended without storing beyond the frontier, framing and indexes included.
     *
     * @param length of the record in bytes.
     * @return true if there is room.
     */
    boolean hasRoomFor(int length);

    /**
     * Moves the frontier: writes real zeros up to a position and syncs them.
     *
     * @param upTo position, rounded up as the storage likes.
     * @throws SyncFailedException if the sync failed. It may have covered records too: it must not be tried again.
     * @throws IOException         if there is no space; the frontier stays where it was, and it may be tried again.
     */
    void fill(long upTo) throws IOException;

    /**
     * Makes durable what was appended before the call.
     *
     * @throws IOException if the sync failed: it must not be tried again.
     */
    void force() throws IOException;

    /**
     * Where the next record goes, about.
     *
     * @return bytes from the segment's beginning.
     */
    long position();

    /**
     * Through where the segment was filled and synced.
     *
     * @return bytes from the segment's beginning.
     */
    long frontier();

    /** Releases files and memory; syncs nothing. Idempotent. */
    @Override
    void close();
}
