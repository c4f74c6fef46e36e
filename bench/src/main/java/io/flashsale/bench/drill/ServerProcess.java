package io.flashsale.bench.drill;

import io.flashsale.bench.process.Launch;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * One run of the program as a process of its own, with this JVM's Java and class path. Its output goes to a file beside
 * its data. For one thread.
 */
public final class ServerProcess implements AutoCloseable {
    private static final AtomicInteger RUN = new AtomicInteger();
    private static final String READY = "started in";
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        // A drill that is interrupted leaves nothing behind that runs.
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "drill-processes-stop"));
    }

    private final Process process;
    private final Path output;
    private final int port;
    private final int adminPort;
    private final long begin = System.nanoTime();

    private ServerProcess(final Process process, final Path output, final int port, final int adminPort) {
        this.process = process;
        this.output = output;
        this.port = port;
        this.adminPort = adminPort;
    }

    /**
     * Starts {@code serve} on free loopback ports.
     *
     * @param directory   holds {@code data} and the outputs.
     * @param environment settings that differ from the defaults.
     * @return the process, which need not answer yet.
     * @throws IOException if it cannot be started.
     */
    public static ServerProcess serve(final Path directory, final Map<String, String> environment) throws IOException {
        return serve(directory, environment, Manner.PLAIN);
    }

    /**
     * Starts {@code serve} in a certain manner, otherwise as {@link #serve(Path, Map)}.
     *
     * @param directory   holds {@code data} and the outputs.
     * @param environment settings that differ from the defaults.
     * @param manner      how.
     * @return the process, which need not answer yet.
     * @throws IOException if it cannot be started.
     */
    public static ServerProcess serve(final Path directory, final Map<String, String> environment, final Manner manner)
            throws IOException {
        final int port = Launch.freePort();
        final int adminPort = Launch.freePort();
        final List<String> arguments = List.of(
                "serve",
                "--app-host=" + manner.host(),
                "--port=" + port,
                "--metrics-port=" + adminPort,
                "--data-dir=" + directory.resolve("data"));
        final Path output = directory.resolve("serve-" + RUN.incrementAndGet() + ".out");
        final List<String> command = new ArrayList<>(manner.before());
        command.addAll(commandLine(manner.flags(), arguments));
        return new ServerProcess(launch(directory, environment, command, output), output, port, adminPort);
    }

    /**
     * How a process is started.
     *
     * @param before program, and its arguments, that starts the process in its place: the process keeps its id.
     * @param flags  of the JVM, behind those that every process has.
     * @param host   address to listen at.
     */
    public record Manner(List<String> before, List<String> flags, String host) {
        /** As everybody does. */
        public static final Manner PLAIN = new Manner(List.of(), List.of(), "127.0.0.1");

        /** With flags of the JVM. */
        public static Manner withFlags(final String... flags) {
            return new Manner(List.of(), List.of(flags), "127.0.0.1");
        }

        /** By way of another program. */
        public Manner behind(final String... program) {
            return new Manner(List.of(program), flags, host);
        }

        /** Listening somewhere else. */
        public Manner at(final String address) {
            return new Manner(before, flags, address);
        }
    }

    /**
     * Starts any command that goes on until it is told to stop.
     *
     * @param directory   its working directory.
     * @param environment settings.
     * @param arguments   command and flags.
     * @return the process, which has no ports.
     * @throws IOException if it cannot be started.
     */
    public static ServerProcess start(
            final Path directory, final Map<String, String> environment, final String... arguments) throws IOException {
        final Path output = directory.resolve(arguments[0] + "-" + RUN.incrementAndGet() + ".out");
        return new ServerProcess(
                launch(directory, environment, commandLine(List.of(), List.of(arguments)), output), output, 0, 0);
    }

    /**
     * Runs a command to its end.
     *
     * @param directory   its working directory.
     * @param environment settings.
     * @param timeout     longest run; then it is killed.
     * @param arguments   command and flags.
     * @return what it said and its exit code.
     * @throws IOException if it cannot be started or does not end in time.
     */
    public static Result run(
            final Path directory,
            final Map<String, String> environment,
            final Duration timeout,
            final String... arguments)
            throws IOException {
        final Path output = directory.resolve("run-" + RUN.incrementAndGet() + ".out");
        final Process process = launch(directory, environment, commandLine(List.of(), List.of(arguments)), output);
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        List.of(arguments) + " did not end within " + timeout + ":\n" + Files.readString(output));
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + List.of(arguments), e);
        } finally {
            process.destroyForcibly();
        }
        return new Result(process.exitValue(), Files.readString(output));
    }

    /**
     * Compares PostgreSQL with the journal.
     *
     * @param directory   of the service.
     * @param environment of the service.
     * @throws IOException          if the command cannot be run.
     * @throws DrillFailedException if they differ.
     */
    public static void verify(final Path directory, final Map<String, String> environment) throws IOException {
        final Result result = run(
                directory,
                environment,
                Duration.ofMinutes(2),
                "replay",
                "--verify",
                "--data-dir=" + directory.resolve("data"));
        DrillFailedException.require(
                result.exitCode() == 0,
                "replay --verify ended with exit code " + result.exitCode() + ":\n" + result.output());
    }

    /**
     * How a command ended.
     *
     * @param exitCode 0 for success.
     * @param output   both streams.
     */
    public record Result(int exitCode, String output) {}

    private static Process launch(
            final Path directory, final Map<String, String> environment, final List<String> command, final Path output)
            throws IOException {
        final Process process = Launch.builder(directory, environment, command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        RUNNING.removeIf(earlier -> !earlier.isAlive());
        RUNNING.add(process);
        return process;
    }

    private static List<String> commandLine(final List<String> flags, final List<String> arguments) throws IOException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                "-Dchronicle.analytics.disable=true",
                // Its own, not that of a module's tests which lie on the class path of these.
                "-Dlogback.configurationFile=logback.xml",
                "-XX:+UseSerialGC",
                // As the launcher has it: what a process uses is then not what it took at its start.
                "-Xms60m",
                "-Xmx2g",
                "-XX:NewSize=14m",
                "-XX:MaxNewSize=192m",
                "-XX:NewRatio=3",
                "-XX:MetaspaceSize=40m",
                "-XX:+ExitOnOutOfMemoryError",
                "-ea:io.flashsale..."));
        command.addAll(QuickStart.ofEveryProcess());
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath(), "io.flashsale.server.Main"));
        command.addAll(arguments);
        return command;
    }

    /** Without the classes of drills and their tests, which lie in directories: the JVM archives classes from jars alone. */
    private static String classPath() {
        final String whole = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        final List<String> jars = Stream.of(whole.split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar"))
                .toList();
        final boolean hasService = jars.stream()
                .anyMatch(jar -> Path.of(jar).getFileName().toString().startsWith("flash-sale-server"));
        return hasService ? String.join(File.pathSeparator, jars) : whole;
    }

    /**
     * Starts a command, reads the first line of its output, closes the pipe, and waits for its end.
     *
     * @param directory   its working directory.
     * @param environment settings.
     * @param timeout     longest run; then it is killed.
     * @param arguments   command and flags.
     * @return the line and whatever it said on its error stream, and its exit code.
     * @throws IOException if it cannot be started or does not end in time.
     */
    public static Result head(
            final Path directory,
            final Map<String, String> environment,
            final Duration timeout,
            final String... arguments)
            throws IOException {
        final Path errors = directory.resolve("run-" + RUN.incrementAndGet() + ".err");
        final Process process = Launch.builder(directory, environment, commandLine(List.of(), List.of(arguments)))
                .redirectError(errors.toFile())
                .start();
        try {
            final String first;
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                first = lines.readLine();
            }
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(List.of(arguments) + " goes on writing to nobody");
            }
            return new Result(process.exitValue(), first + "\n" + Files.readString(errors));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + List.of(arguments), e);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Waits until the service says that it answers.
     *
     * @param timeout longest wait.
     * @return this.
     * @throws IOException if it ends, or does not answer in time; with its output.
     */
    public ServerProcess awaitReady(final Duration timeout) throws IOException {
        return awaitOutput(READY, timeout);
    }

    /**
     * Waits until the process says something.
     *
     * @param text    to wait for.
     * @param timeout longest time since the start.
     * @return this.
     * @throws IOException if it ends, or does not say it in time; with its output.
     */
    public ServerProcess awaitOutput(final String text, final Duration timeout) throws IOException {
        final long deadline = begin + timeout.toNanos();
        while (!output().contains(text)) {
            if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                throw new IOException(
                        (process.isAlive() ? "no \"" + text + "\" within " + timeout : "ended") + ":\n" + output());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        return this;
    }

    /**
     * What the process said so far.
     *
     * @return both streams.
     * @throws IOException if the file cannot be read.
     */
    public String output() throws IOException {
        return Files.readString(output);
    }

    /** Where the HTTP API listens. */
    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** Where metrics and health listen. */
    public InetSocketAddress adminAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), adminPort);
    }

    /** Of the operating system. */
    public long pid() {
        return process.pid();
    }

    /** Whether it has said this so far. */
    boolean hasSaid(final String text) throws IOException {
        return output().contains(text);
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * Kills it as {@code kill -9} does, and waits until it is gone.
     *
     * @throws InterruptedException if interrupted.
     */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Asks it to stop as {@code kill} does, and does not wait. */
    public void signal() {
        process.destroy();
    }

    /**
     * Asks it to stop as {@code kill} does.
     *
     * @param timeout longest wait.
     * @return exit code.
     * @throws IOException          if it does not end in time.
     * @throws InterruptedException if interrupted.
     */
    public int terminate(final Duration timeout) throws IOException, InterruptedException {
        process.destroy();
        return awaitExit(timeout);
    }

    /**
     * Waits for its end.
     *
     * @param timeout longest wait.
     * @return exit code.
     * @throws IOException          if it does not end in time.
     * @throws InterruptedException if interrupted.
     */
    public int awaitExit(final Duration timeout) throws IOException, InterruptedException {
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("still running after " + timeout + ":\n" + output());
        }
        return process.exitValue();
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
    }
}
