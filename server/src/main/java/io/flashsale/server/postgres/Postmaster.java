package io.flashsale.server.postgres;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

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

    /**
     * Who runs on a cluster.
     *
     * @return nobody if there is no file, if its process is gone, or if the process with its number is another one: a
     *     machine that was switched off leaves the file, and gives the number away again.
     */
    static Optional<Postmaster> of(final Path cluster) throws IOException {
        final Path file = cluster.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        final List<String> lines = Files.readAllLines(file);
        if (lines.size() <= PORT_LINE) {
            return Optional.empty();
        }
        final long pid = Long.parseLong(lines.get(PID_LINE).strip());
        final int port = Integer.parseInt(lines.get(PORT_LINE).strip());
        return isAlive(pid) && runsIn(cluster, pid)
                ? Optional.of(new Postmaster(cluster, pid, port))
                : Optional.empty();
    }

    /** Removes the file of a postmaster that is gone, since PostgreSQL would not start while any process has its number. */
    static void removeStaleFile(final Path cluster) throws IOException {
        if (of(cluster).isEmpty()) {
            Files.deleteIfExists(cluster.resolve("postmaster.pid"));
        }
    }

    /** Where nobody collects ended processes, as in many containers, they keep their number as zombies for ever. */
    private static boolean isAlive(final long pid) {
        if (!ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
            return false;
        }
        try {
            final String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
        } catch (final IOException e) {
            return false;
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

    /** Ends it in the way that keeps the next start short, or failing that, at once. */
    void stop(final Duration patience) throws IOException {
        control("fast", patience);
        if (isRunning()) {
            control("immediate", Duration.ofSeconds(5));
        }
    }

    private void control(final String mode, final Duration patience) throws IOException {
        final List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            // PostgreSQL's programs refuse to run as root; in a user namespace of its own root is nobody.
            command.addAll(List.of("unshare", "-U"));
        }
        command.addAll(List.of(
                program().resolveSibling("pg_ctl").toString(),
                "stop",
                "-D",
                cluster.toString(),
                "-m",
                mode,
                "-w",
                "-t",
                Long.toString(Math.max(1, patience.toSeconds()))));
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(patience.toMillis() + 2_000, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The program that it runs, from the file in which PostgreSQL keeps its own command line. */
    private Path program() throws IOException {
        final String line = Files.readString(cluster.resolve("postmaster.opts")).strip();
        final int end = line.indexOf(" \"");
        return Path.of(end < 0 ? line : line.substring(0, end));
    }
}
