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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps a second process, and a second owner in this one, out of a data directory. The lock ends with the process, however
 * it ends. A POSIX lock vanishes when <i>any</i> descriptor of its file is closed by the process: nobody else may open the
 * lock file here, and an owner in this process is refused by a set of paths, before the file is touched.
 */
public final class DirectoryLock implements AutoCloseable {
    private static final Set<Path> HELD = new HashSet<>();
    private static final String THIS_PROCESS = "this very process";
    private static final int NOTE_BYTES = 512;
    private static final int ATTEMPTS = 5;
    private static final long ATTEMPT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Path file;
    private final FileChannel channel;

    private DirectoryLock(final Path file, final FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes the lock or refuses within moments.
     *
     * @param dataDirectory created if it does not exist.
     * @param note          about this owner, such as its start time; written beside the process id.
     * @return the lock, to be closed at the very end.
     * @throws DirectoryHeldException if somebody holds it, naming who.
     * @throws JournalException       if the file cannot be used.
     */
    public static DirectoryLock acquire(final Path dataDirectory, final String note) {
        synchronized (HELD) {
            try {
                Files.createDirectories(dataDirectory);
                final Path file = dataDirectory.toRealPath().resolve("lock");
                if (!HELD.add(file)) {
                    throw new DirectoryHeldException(file, THIS_PROCESS);
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
            if (!isLocked()) {
                throw new DirectoryHeldException(file, owner());
            }
            final String text = "process " + ProcessHandle.current().pid() + ", " + note;
            final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            // In place, so that it needs no space where there was a note before.
            channel.write(ByteBuffer.wrap(bytes), 0);
            channel.truncate(bytes.length);
            channel.force(true);
            taken = true;
        } catch (final OverlappingFileLockException e) {
            throw new DirectoryHeldException(file, THIS_PROCESS, e);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    /** Who only looks whether it is held has the lock for an instant, together with others who look. */
    private boolean isLocked() throws IOException {
        for (int attempt = 1; attempt < ATTEMPTS; attempt++) {
            if (channel.tryLock() != null) {
                return true;
            }
            LockSupport.parkNanos(ATTEMPT_PAUSE_NANOS);
        }
        return channel.tryLock() != null;
    }

    /**
     * Whether somebody holds the lock; changes nothing.
     *
     * @param dataDirectory need not exist.
     * @return true if this process or another does.
     * @throws JournalException if the file cannot be read.
     */
    public static boolean isHeld(final Path dataDirectory) {
        synchronized (HELD) {
            try {
                if (!Files.exists(dataDirectory.resolve("lock"))) {
                    return false;
                }
                final Path file = dataDirectory.toRealPath().resolve("lock");
                if (HELD.contains(file)) {
                    return true;
                }
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                        FileLock shared = channel.tryLock(0, Long.MAX_VALUE, true)) {
                    return shared == null;
                }
            } catch (final IOException e) {
                throw new JournalException(dataDirectory + " cannot be looked at: " + e.getMessage(), e);
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
