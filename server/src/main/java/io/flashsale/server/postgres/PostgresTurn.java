package io.flashsale.server.postgres;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to start, adopt or stop the PostgreSQL of a directory: one process, and one thread in it, at a time. It ends
 * with the process, however that ends.
 *
 * <p>A POSIX lock vanishes when <i>any</i> descriptor of its file is closed by the process. So only the thread that holds the
 * semaphore of the directory opens the file here.
 */
final class PostgresTurn implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresTurn.class);
    private static final Map<Path, Semaphore> TURNS = new ConcurrentHashMap<>();
    private static final Duration SAID_AFTER = Duration.ofSeconds(2);
    private static final int NOTE_BYTES = 512;
    private static final int POLL_MILLIS = 50;

    private final Semaphore turn;
    private final FileChannel channel;

    private PostgresTurn(final Semaphore turn, final FileChannel channel) {
        this.turn = turn;
        this.channel = channel;
    }

    /**
     * Waits for the turn and takes it.
     *
     * @param directory of the server; exists.
     * @param patience  longest wait.
     * @return the turn, to be closed by the same thread.
     * @throws PostgresStartException naming who has the turn, if it does not come in time.
     * @throws IOException            if the file cannot be used.
     */
    static PostgresTurn take(final Path directory, final Duration patience) throws IOException {
        final long begin = System.nanoTime();
        final Path file = directory.toRealPath().resolve("lock");
        final Semaphore turn = TURNS.computeIfAbsent(file, any -> new Semaphore(1, true));
        FileChannel channel = null;
        boolean taken = false;
        boolean acquired = false;
        try {
            acquired = turn.tryAcquire(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
            if (!acquired) {
                throw busy(directory, "this very process", begin);
            }
            channel = open(file);
            await(channel, directory, begin, patience);
            note(channel);
            taken = true;
            return new PostgresTurn(turn, channel);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresStartException(
                    "interrupted while another process was starting or stopping PostgreSQL", e);
        } finally {
            if (!taken) {
                release(acquired ? turn : null, channel);
            }
        }
    }

    private static FileChannel open(final Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static void await(
            final FileChannel channel, final Path directory, final long begin, final Duration patience)
            throws IOException, InterruptedException {
        boolean said = false;
        while (channel.tryLock() == null) {
            final long waited = System.nanoTime() - begin;
            if (waited > patience.toNanos()) {
                throw busy(directory, holder(channel), begin);
            }
            if (!said && waited > SAID_AFTER.toNanos()) {
                said = true;
                LOG.info(
                        "waiting for {}, which is starting or stopping the PostgreSQL in {}",
                        holder(channel),
                        directory);
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static PostgresStartException busy(final Path directory, final String holder, final long begin) {
        return new PostgresStartException(holder + " has been starting or stopping the PostgreSQL in " + directory
                + " for longer than the " + TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin)
                + " s that were waited: try again");
    }

    private static String holder(final FileChannel channel) throws IOException {
        final ByteBuffer text = ByteBuffer.allocate(NOTE_BYTES);
        channel.read(text, 0);
        return text.position() == 0
                ? "another process"
                : new String(text.array(), 0, text.position(), StandardCharsets.UTF_8);
    }

    private static void note(final FileChannel channel) throws IOException {
        final String note = "process " + ProcessHandle.current().pid() + " (since " + Instant.now() + ")";
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(note.getBytes(StandardCharsets.UTF_8)), 0);
    }

    private static void release(final Semaphore turn, final FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (final IOException ignored) {
            // The lock is gone with the descriptor either way.
        } finally {
            if (turn != null) {
                turn.release();
            }
        }
    }

    @Override
    public void close() {
        release(turn, channel);
    }
}
