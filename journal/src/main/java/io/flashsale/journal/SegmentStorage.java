package io.flashsale.journal;

import java.io.IOException;
import java.nio.file.NoSuchFileException;

/**
 * The port to whatever holds segments: numbered, append-only byte stores whose records are framed, so that a reader finds
 * the next one. It knows nothing of records; framing, chain, cut, recovery and sync decisions are above it.
 *
 * <p>Methods may be called from any thread; what they return belongs to one thread unless it says otherwise.
 */
public interface SegmentStorage {
    /**
     * The segments that exist.
     *
     * @return numbers in ascending order, each 1 or more.
     * @throws IOException if they cannot be listed.
     */
    long[] list() throws IOException;

    /**
     * Creates a segment whose first bytes are filled with zeros and synced before the segment can be appended to.
     *
     * @param number       of the segment, not used before.
     * @param initialBytes to fill; at least what {@link SegmentWriter#append} needs for a record.
     * @return its only writer.
     * @throws IOException if there is no room, or the segment exists.
     */
    SegmentWriter create(long number, long initialBytes) throws IOException;

    /**
     * Opens a segment for reading, in this process or another than its writer's.
     *
     * @param number of the segment.
     * @return a reader of its bytes as they stand.
     * @throws NoSuchFileException if the segment does not exist.
     * @throws IOException         if it cannot be read.
     */
    SegmentReader open(long number) throws IOException;

    /**
     * Marks a segment as begun: its first record, and the copies behind it, were forced, and nothing was answered from it yet.
     * The mark stands outside the segment's bytes, so that it outlives them; {@link #syncDirectory} makes it durable. It takes
     * no space that {@link #create} had not taken.
     *
     * @param number of the segment.
     * @throws IOException if it cannot be marked.
     */
    void markBegun(long number) throws IOException;

    /**
     * Whether a segment was marked. Then it had a valid first record, and all its copies, and anything may have been answered
     * from it.
     *
     * @param number of the segment.
     * @return false also for one that does not exist, and for one of a program that did not mark yet.
     * @throws IOException if nobody can tell.
     */
    boolean isBegun(long number) throws IOException;

    /**
     * Makes the segment's existence durable: its own directory entry and those inside it, the mark included.
     *
     * @param number of the segment.
     * @throws IOException if the sync failed.
     */
    void syncDirectory(long number) throws IOException;

    /**
     * Gives back filled space behind the last record of a segment that nobody writes to any more.
     *
     * @param number of the segment.
     * @param end    position behind which there is no record that counts.
     * @throws IOException if the storage refuses.
     */
    void trim(long number, long end) throws IOException;

    /**
     * Deletes a segment, whatever there is of it.
     *
     * @param number of the segment.
     * @throws IOException if it cannot be deleted.
     */
    void delete(long number) throws IOException;

    /**
     * How long a segment with any record is at least: filled and synced before the first was appended, and never trimmed. A
     * shorter one was cut off from outside.
     *
     * @return bytes, 0 if nothing is promised.
     */
    default long leastBytes() {
        return 0;
    }

    /**
     * How long a segment is now, filled space included.
     *
     * @param number of the segment.
     * @return bytes, 0 if it does not exist.
     * @throws IOException if it cannot be read.
     */
    default long bytes(final long number) throws IOException {
        try (SegmentReader reader = open(number)) {
            return reader.size();
        } catch (final NoSuchFileException e) {
            return 0;
        }
    }

    /**
     * Names a segment in messages.
     *
     * @param number of the segment.
     * @return such as {@code segment-0000000007}.
     */
    default String name(final long number) {
        return String.format("segment-%010d", number);
    }
}
