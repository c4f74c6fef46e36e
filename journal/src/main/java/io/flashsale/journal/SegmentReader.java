package io.flashsale.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads the raw bytes of one segment, while it is written or after. For one thread. */
public interface SegmentReader extends AutoCloseable {
    /**
     * The bytes that exist, filled space included.
     *
     * @return size in bytes.
     * @throws IOException if the storage fails.
     */
    long size() throws IOException;

    /**
     * Reads bytes from a position into the buffer's remaining space.
     *
     * @param position from the segment's beginning.
     * @param target   to fill from its position to its limit.
     * @return bytes read; fewer than remained only where the segment ends, 0 behind it.
     * @throws IOException if the storage fails.
     */
    int read(long position, ByteBuffer target) throws IOException;

    /**
     * Finds the next record by the storage's own framing, whatever else the storage keeps between records.
     *
     * @param position 0, or the end of a record.
     * @return position of the next record's first byte, or -1 if none was completed there yet.
     * @throws IOException if the storage fails.
     */
    long nextFrame(long position) throws IOException;

    /** Closes. Idempotent. */
    @Override
    void close();
}
