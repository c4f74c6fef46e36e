package io.flashsale.server.postgres;

import io.flashsale.journal.DirectoryHeldException;
import io.flashsale.journal.DirectoryLock;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to start, adopt or stop the PostgreSQL of a directory: one process, and one thread in it, at a time. It ends
 * with the process, however that ends. It is the directory's lock, and waiting for it.
 */
final class PostgresTurn implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresTurn.class);
    private static final Duration SAID_AFTER = Duration.ofSeconds(2);
    private static final int POLL_MILLIS = 50;

    private final DirectoryLock lock;

    private PostgresTurn(final DirectoryLock lock) {
        this.lock = lock;
    }

    /**
     * Waits for the turn and takes it.
     *
     * @param directory of the server; exists.
     * @param patience  longest wait.
     * @return the turn.
     * @throws PostgresStartException naming who has the turn, if it does not come in time, or if the thread is interrupted.
     * @throws io.flashsale.journal.JournalException if the lock cannot be used.
     */
    static PostgresTurn take(final Path directory, final Duration patience) {
        final long begin = System.nanoTime();
        boolean said = false;
        while (true) {
            pause(0);
            try {
                return new PostgresTurn(DirectoryLock.acquire(directory, "since " + Instant.now()));
            } catch (final DirectoryHeldException e) {
                final long waited = System.nanoTime() - begin;
                if (waited > patience.toNanos()) {
                    throw busy(directory, e, waited);
                }
                if (!said && waited > SAID_AFTER.toNanos()) {
                    said = true;
                    LOG.info(
                            "waiting for {}, which is starting or stopping the PostgreSQL in {}",
                            e.holder(),
                            directory);
                }
            }
            pause(POLL_MILLIS);
        }
    }

    /** Of no time, this asks whether the thread was interrupted. */
    private static void pause(final int millis) {
        try {
            Thread.sleep(millis);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresStartException(
                    "interrupted while another process was starting or stopping PostgreSQL", e);
        }
    }

    private static PostgresStartException busy(
            final Path directory, final DirectoryHeldException held, final long waitedNanos) {
        return new PostgresStartException(
                held.holder() + " has been starting or stopping the PostgreSQL in " + directory
                        + " for longer than the " + TimeUnit.NANOSECONDS.toSeconds(waitedNanos)
                        + " s that were waited: try again",
                held);
    }

    @Override
    public void close() {
        lock.close();
    }
}
