package io.flashsale.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps a second process, and a second owner in this one, out of a data directory. The lock ends with the process, however
 * it ends. A POSIX lock vanishes when <i>any</i> descriptor of its file is closed by the process: nobody else may open the
 * lock file here, and an owner in this process is refused by a set of paths, before the file is touched.
 */
public final class DirectoryLock implements AutoCloseable {
    private static final Set<Path> HELD = new HashSet<>();
    private static final int NOTE_BYTES = 512;

    private final Path file;
    private final FileChannel channel;

    private DirectoryLock(final Path file, final FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock or refuses at once.
     *
     * @param dataDirectory created if it does not exist.
     * @param note          about this owner, such as its start time; written beside the process id.
     * @return the lock, to be closed at the very end.
     * @throws JournalException if somebody holds it, naming who, or the file cannot be used.
     */
    public static DirectoryLock acquire(final Path dataDirectory, final String note) {
        synchronized (HELD) {
            try {
                Files.createDirectories(dataDirectory);
                final Path file = dataDirectory.toRealPath().resolve("lock");
                if (!HELD.add(file)) {
                    throw new JournalException(file + " is held by this very process");
                }
                boolean held = false;
                try {
                    final DirectoryLock lock = new DirectoryLock(file, open(file));
                    lock.take(note);
                    held = true;
                    return lock;
                } finally {
                    if (!held) {
                        HELD.remove(file);
                    }
                }
            } catch (final IOException e) {
                throw new JournalException(dataDirectory + " cannot be locked: " + e.getMessage(), e);
            }
        }
    }

    private static FileChannel open(final Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private void take(final String note) throws IOException {
        boolean taken = false;
        try {
            final FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new JournalException(file + " is held by " + owner());
            }
            final String text = "process " + ProcessHandle.current().pid() + ", " + note;
            final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            // In place, so that it needs no space where there was a note before.
            channel.write(ByteBuffer.wrap(bytes), 0);
            channel.truncate(bytes.length);
            channel.force(true);
            taken = true;
        } catch (final OverlappingFileLockException e) {
            throw new JournalException(file + " is held by this very process", e);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    private String owner() throws IOException {
        final ByteBuffer text = ByteBuffer.allocate(NOTE_BYTES);
        channel.read(text, 0);
        return text.position() == 0
                ? "another process"
                : new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
    }

    /**
     * The lock file. Whoever opens and closes it in this process releases the lock.
     *
     * @return absolute path.
     */
    public Path file() {
        return file;
    }

    /** Releases. The note stays: it says who held it last. */
    @Override
    public void close() {
        synchronized (HELD) {
            if (HELD.remove(file)) {
                try {
                    channel.close();
                } catch (final IOException ignored) {
                    // The lock is gone with the descriptor either way.
                }
            }
        }
    }
}
