package io.flashsale.server.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * Who uses the PostgreSQL of a directory: each user holds a shared lock of the file {@code users}, which ends with the
 * process, however that ends. Who can have it alone is the last one, and may stop PostgreSQL.
 *
 * <p>A POSIX lock belongs to the process and vanishes when <i>any</i> descriptor of its file is closed by it. So the users in
 * one process share one descriptor and are counted.
 *
 * <p>Whoever calls holds the {@link PostgresTurn}, so that nobody joins while another finds out that it is the last.
 */
final class PostgresUsers {
    private static final Map<Path, PostgresUsers> HERE = new HashMap<>();

    private final FileChannel channel;
    private FileLock lock;
    private int count;

    private PostgresUsers(final FileChannel channel) {
        this.channel = channel;
    }

    /** Adds one. */
    static void join(final Path directory) throws IOException {
        synchronized (HERE) {
            final Path file = file(directory);
            PostgresUsers users = HERE.get(file);
            if (users == null) {
                users = new PostgresUsers(FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
                users.share(file);
                HERE.put(file, users);
            }
            users.count++;
        }
    }

    private void share(final Path file) throws IOException {
        lock = channel.tryLock(0, Long.MAX_VALUE, true);
        if (lock == null) {
            channel.close();
            throw new IOException(file + " is locked by a process that knows no turns");
        }
    }

    /** Whether nobody but the caller, who has joined, uses it: not in this process, and not in another. */
    static boolean isLast(final Path directory) throws IOException {
        synchronized (HERE) {
            final Path file = file(directory);
            final PostgresUsers users = HERE.get(file);
            if (users.count > 1) {
                return false;
            }
            users.lock.release();
            try (FileLock alone = users.channel.tryLock()) {
                return alone != null;
            } finally {
                users.share(file);
            }
        }
    }

    /** Takes one away. The only call that needs no turn: who leaves without one leaves PostgreSQL running. */
    static void leave(final Path directory) throws IOException {
        synchronized (HERE) {
            final Path file = file(directory);
            final PostgresUsers users = HERE.get(file);
            if (--users.count == 0) {
                HERE.remove(file);
                users.channel.close();
            }
        }
    }

    private static Path file(final Path directory) throws IOException {
        return directory.toRealPath().resolve("users");
    }
}
