package io.flashsale.projector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The port to the small files beside the journal: snapshots and the projector's mark. Which file is written, read back,
 * renamed and synced when is above it. The disk implements it, and a simulation can, with writes that are torn and syncs that
 * fail.
 *
 * <p>Any thread; what it returns belongs to one.
 */
public interface StateFiles {
    /** Read at once. */
    int READ_BYTES = 1024 * 1024;

    /** A file that is written to in place. For one thread. */
    interface Slots extends AutoCloseable {
        /**
         * Writes and forces.
         *
         * @param position of the first byte.
         * @param bytes    to write.
         * @throws IOException if they could not be made durable; they may be there all the same, or some of them.
         */
        void write(long position, byte[] bytes) throws IOException;

        @Override
        void close() throws IOException;
    }

    /**
     * The files of a directory.
     *
     * @param directory of files.
     * @return in any order; none if there is no such directory.
     * @throws IOException if it cannot be read.
     */
    List<Path> list(Path directory) throws IOException;

    /**
     * Whether there is a file.
     *
     * @param file or none.
     * @return false also if nobody can tell.
     */
    boolean exists(Path file);

    /**
     * Opens a file for reading.
     *
     * @param file that exists.
     * @return a channel at its beginning.
     * @throws java.nio.file.NoSuchFileException if there is none.
     * @throws IOException                       if it cannot be opened.
     */
    SeekableByteChannel read(Path file) throws IOException;

    /**
     * Reads a whole file. In pieces: a large read would keep native memory of its size for the thread's life.
     *
     * @param file that exists.
     * @return its bytes.
     * @throws IOException if it cannot be read.
     */
    default byte[] readAll(final Path file) throws IOException {
        try (SeekableByteChannel channel = read(file)) {
            final byte[] bytes = new byte[Math.toIntExact(channel.size())];
            int at = 0;
            int length = 0;
            while (at < bytes.length && length >= 0) {
                length = channel.read(ByteBuffer.wrap(bytes, at, Math.min(READ_BYTES, bytes.length - at)));
                at += Math.max(length, 0);
            }
            return at == bytes.length ? bytes : Arrays.copyOf(bytes, at);
        }
    }

    /**
     * Makes a directory, unless there is one.
     *
     * @param directory of files.
     * @throws IOException if that failed.
     */
    void createDirectories(Path directory) throws IOException;

    /**
     * Writes a whole file and forces it. Its name is not durable yet: {@link #syncDirectory}.
     *
     * @param file  that is new, or replaced; its directory exists.
     * @param bytes to write.
     * @throws IOException if that failed; something may be there.
     */
    void write(Path file, byte[] bytes) throws IOException;

    /**
     * Opens a file to be written to in place, for long: a sync that fails is told to who had the file open before.
     *
     * @param file that exists.
     * @return its slots.
     * @throws IOException if it cannot be opened.
     */
    Slots open(Path file) throws IOException;

    /**
     * Gives a file another name at once.
     *
     * @param from its name.
     * @param to   its new name; replaced if it exists.
     * @throws IOException if that failed; then it has the old one.
     */
    void move(Path from, Path to) throws IOException;

    /**
     * Deletes a file.
     *
     * @param file or none.
     * @throws IOException if it cannot be deleted.
     */
    void deleteIfExists(Path file) throws IOException;

    /**
     * Makes durable which names a directory has.
     *
     * @param directory that exists.
     * @throws IOException if that failed.
     */
    void syncDirectory(Path directory) throws IOException;
}
