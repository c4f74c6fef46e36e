package io.flashsale.bench.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes system calls of a real process fail or wait, by {@code strace}. Needs the right to trace. For one thread. */
final class Strace implements AutoCloseable {
    /** The calls that put data on stable storage. */
    static final String SYNCS = "fdatasync,fsync";

    private static final String PROGRAM = "strace";

    private final Process process;
    private final Path output;

    private Strace(final Process process, final Path output) {
        this.process = process;
        this.output = output;
    }

    /** Skips the step where there is no such program. */
    static void need() {
        DrillSkippedException.needs(SmallDisk.run(PROGRAM, "-V"), "no strace here");
    }

    /**
     * Attaches to all threads of a running process.
     *
     * @param calls names, separated by commas.
     * @param what  becomes of them, as {@code strace} has it: {@code error=EIO:when=1}.
     */
    static Strace attach(final ServerProcess server, final Path directory, final String calls, final String what)
            throws IOException {
        final Path output = Files.createTempFile(directory, "strace-", ".out");
        final Path said = Files.createTempFile(directory, "strace-", ".err");
        final Process process = new ProcessBuilder(
                        PROGRAM,
                        "-f",
                        "-p",
                        String.valueOf(server.pid()),
                        "-o",
                        output.toString(),
                        "-e",
                        "trace=" + calls,
                        "-e",
                        "inject=" + calls + ":" + what)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        final Strace strace = new Strace(process, output);
        DrilledService.await("strace does not attach", () -> {
            DrillSkippedException.needs(
                    process.isAlive() || !server.isAlive() || strace.hasStruck(),
                    "no right to trace a process here: "
                            + Files.readString(said).lines().findFirst().orElse(""));
            return strace.hasStruck() || Files.readString(said).contains("attached");
        });
        return strace;
    }

    /** The beginning of a command line that starts a process under it; the process keeps its id. */
    static String[] launching(final Path output, final String calls, final String what) {
        return List.of(
                        PROGRAM,
                        "-f",
                        "-D",
                        "--seccomp-bpf",
                        "-o",
                        output.toString(),
                        "-e",
                        "trace=" + calls,
                        "-e",
                        "inject=" + calls + ":" + what)
                .toArray(new String[0]);
    }

    /** Whether a call has failed or waited. */
    boolean hasStruck() throws IOException {
        return hasStruck(output);
    }

    static boolean hasStruck(final Path output) throws IOException {
        return Files.exists(output)
                && (Files.readString(output).contains("INJECTED")
                        || Files.readString(output).contains("DELAYED"));
    }

    /** Lets go of the process. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(DrilledService.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
