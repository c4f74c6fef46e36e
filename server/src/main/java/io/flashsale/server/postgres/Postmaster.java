package io.flashsale.server.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A PostgreSQL that runs on a cluster, as its {@code postmaster.pid} names it.
 *
 * @param cluster its data directory, absolute.
 * @param pid     of its first process.
 * @param port    that it listens on.
 */
record Postmaster(Path cluster, long pid, int port) {
    private static final int PID_LINE = 0;
    private static final int PORT_LINE = 3;
    private static final char GONE = 0;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Duration SIGNAL_PATIENCE = Duration.ofSeconds(1);

    /** How long an end without a last checkpoint may take. */
    static final Duration IMMEDIATE_PATIENCE = Duration.ofSeconds(1);

    /**
     * Who runs on a cluster.
     *
     * @return nobody if there is no file or it makes no sense, if its process is gone, or if the process with its number is
     *     another one: a machine that was switched off leaves the file, and gives the number away again.
     */
    static Optional<Postmaster> of(final Path cluster) throws IOException {
        final Path file = cluster.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        // In which every byte is a character: a damaged file makes no sense, but can be read.
        final List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        if (lines.size() <= PORT_LINE) {
            return Optional.empty();
        }
        final long pid = PostgresFiles.number(lines.get(PID_LINE), Integer.MAX_VALUE);
        final int port = (int) PostgresFiles.number(lines.get(PORT_LINE), PostgresFiles.HIGHEST_PORT);
        return pid > 0 && port > 0 && isAlive(pid) && runsIn(cluster, pid)
                ? Optional.of(new Postmaster(cluster, pid, port))
                : Optional.empty();
    }

    /**
     * Removes the file of a postmaster that is gone, since PostgreSQL would not start while any process has its number, and a
     * file that makes no sense. If a PostgreSQL runs all the same, the next one finds its shared memory and does not start.
     */
    static void removeStaleFile(final Path cluster) throws IOException {
        if (of(cluster).isEmpty()) {
            Files.deleteIfExists(cluster.resolve("postmaster.pid"));
        }
    }

    /** Where nobody collects ended processes, as in many containers, they keep their number as zombies for ever. */
    private static boolean isAlive(final long pid) {
        final char state = state(pid);
        return state != GONE && state != 'Z';
    }

    /** As the kernel calls it. */
    private static char state(final long pid) {
        try {
            final String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (final IOException e) {
            return GONE;
        }
    }

    /** A postmaster's working directory is its data directory. */
    private static boolean runsIn(final Path cluster, final long pid) throws IOException {
        final Path process = Path.of("/proc", Long.toString(pid));
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(cluster.toRealPath());
        } catch (final IOException e) {
            // Not ours to look at; its name is public.
            final Path name = process.resolve("comm");
            return Files.exists(name)
                    && "postgres".equals(Files.readString(name).strip());
        }
    }

    boolean isRunning() {
        return isAlive(pid);
    }

    /** Whether somebody stopped it as SIGSTOP does: it neither answers nor ends until SIGCONT. */
    boolean isFrozen() {
        return state(pid) == 'T';
    }

    /**
     * Ends it in the way that keeps the next start short, or failing that, at once.
     *
     * @param log      for what PostgreSQL's program says.
     * @param patience for the first way; the second gets {@link #IMMEDIATE_PATIENCE} more.
     * @return false if it still runs: it is frozen, or waits for a disk. It ends when it goes on.
     */
    boolean stop(final Path log, final Duration patience) throws IOException {
        return control("fast", log, patience) || control("immediate", log, IMMEDIATE_PATIENCE);
    }

    private boolean control(final String mode, final Path log, final Duration patience) throws IOException {
        final long deadline = System.nanoTime() + patience.toNanos();
        // Sends the signal and does not wait: pg_ctl waits by whole seconds.
        PostgresPrograms.of(cluster)
                .run(log, SIGNAL_PATIENCE, "pg_ctl", "stop", "-D", cluster.toString(), "-m", mode, "-W", "-s");
        while (isRunning()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    @Override
    public String toString() {
        return "process " + pid + ", port " + port + ", " + cluster + (isFrozen() ? ", stopped by SIGSTOP" : "");
    }
}
