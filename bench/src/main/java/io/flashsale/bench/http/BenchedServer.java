package io.flashsale.bench.http;

import io.flashsale.bench.process.Launch;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A server as a process of its own. For one thread.
 */
public final class BenchedServer implements AutoCloseable {
    /** The kernel's accounting of processor time, in ticks of a hundredth of a second on every Linux that Java runs on. */
    private static final long NANOS_PER_TICK = 10_000_000;

    private static final int UTIME_FIELD = 11;
    private static final int STIME_FIELD = 12;
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(30);
    private static final int ANSWER_MILLIS = 1_000;
    private static final byte[] REQUEST =
            "GET /health/live HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Process process;
    private final InetSocketAddress address;

    private BenchedServer(final Process process, final InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /**
     * Starts a program and waits until it answers.
     *
     * @param program   and its first arguments.
     * @param directory to work in; gets the output.
     * @param port      of it.
     * @param settings  as environment variables.
     * @param arguments the rest; the output's file is called as the last one.
     * @return the running server.
     * @throws IOException with the output, if it does not start.
     */
    public static BenchedServer start(
            final List<String> program,
            final Path directory,
            final int port,
            final Map<String, String> settings,
            final String... arguments)
            throws IOException {
        final List<String> command = new ArrayList<>(program);
        command.addAll(List.of(arguments));
        final Path output = directory.resolve(arguments[arguments.length - 1].replaceAll("\\W", "") + ".out");
        final Process process = Launch.builder(directory, settings, command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        final BenchedServer server =
                new BenchedServer(process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        server.awaitAnswer(output);
        return server;
    }

    /** An answer, not a connection: a start of the service opens its ports for a moment, to try them. */
    private void awaitAnswer(final Path output) throws IOException {
        final long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(address);
                socket.setSoTimeout(ANSWER_MILLIS);
                socket.getOutputStream().write(REQUEST);
                if (socket.getInputStream().read() < 0) {
                    throw new EOFException("it closed the connection");
                }
                return;
            } catch (final IOException e) {
                if (!process.isAlive() || System.nanoTime() - deadline > 0) {
                    process.destroyForcibly();
                    throw new IOException("a server did not start:\n" + Files.readString(output), e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return address;
    }

    /** Processor time that the process has used, all its threads and the kernel's work for them included. */
    long cpuNanos() throws IOException {
        final String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        // The fields after the name, which is in brackets and may hold blanks.
        final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[UTIME_FIELD]) + Long.parseLong(fields[STIME_FIELD])) * NANOS_PER_TICK;
    }

    /**
     * What it holds of the machine's memory now.
     *
     * @param residentBytes  all of it, files that are mapped included.
     * @param anonymousBytes of those, what belongs to no file: heap, stacks, buffers.
     */
    record Memory(long residentBytes, long anonymousBytes) {}

    /** As the kernel counts it. */
    Memory memory() throws IOException {
        final String status = Files.readString(Path.of("/proc", Long.toString(process.pid()), "status"));
        return new Memory(kibibytes(status, "VmRSS:") * 1_024, kibibytes(status, "RssAnon:") * 1_024);
    }

    private static long kibibytes(final String status, final String name) throws IOException {
        return status.lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).replace("kB", "").strip())
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow(() -> new IOException("the kernel does not tell " + name));
    }

    /** Tells it to stop, and kills it if it does not. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
