package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import net.openhft.affinity.Affinity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which CPUs the threads of a real service may use, and how nice they are, as the kernel tells it. */
@EnabledOnOs(OS.LINUX)
class ServiceThreadsTest {
    @TempDir
    private Path directory;

    private Map<String, String> allowedByThread(final String pinning) throws Exception {
        try (ServerProcess server = ServerProcess.serve(
                        directory, Map.of("DB_HOST", "none", "APP_PINNING", pinning, "APP_EVENT_LOOPS", "1"))
                .awaitReady(Duration.ofSeconds(30))) {
            final Map<String, String> allowed = new TreeMap<>();
            try (Stream<Path> tasks = Files.list(Path.of("/proc", String.valueOf(server.pid()), "task"))) {
                for (final Path task : tasks.toList()) {
                    final List<String> status = Files.readAllLines(task.resolve("status"));
                    allowed.put(field(status, "Name:"), field(status, "Cpus_allowed_list:"));
                }
            }
            assertEquals(0, server.terminate(Duration.ofSeconds(30)));
            return allowed;
        }
    }

    private static String field(final List<String> status, final String name) throws IOException {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .orElseThrow(() -> new IOException("no " + name + " in " + status))
                .substring(name.length())
                .strip();
    }

    @Test
    void shouldKeepEventLoopAndPipelineOnOneCpuOfFew() throws Exception {
        final int cpus = Affinity.getAffinity().cardinality();
        final Map<String, String> allowed = allowedByThread("auto");
        final String everywhere = allowed.get("journal-keeper");
        final String expected =
                cpus == 2 || cpus == 3 ? String.valueOf(Affinity.getAffinity().length() - 1) : everywhere;
        assertEquals(expected, allowed.get("http-1-1"), allowed::toString);
        assertEquals(expected, allowed.get("sale-pipeline-1"), allowed::toString);
        assertTrue(cpus == 1 || everywhere.length() > 1, allowed::toString);
    }

    @Test
    void shouldLeaveThemAloneIfTold() throws Exception {
        final Map<String, String> allowed = allowedByThread("none");
        assertEquals(allowed.get("journal-keeper"), allowed.get("http-1-1"), allowed::toString);
        assertEquals(allowed.get("journal-keeper"), allowed.get("sale-pipeline-1"), allowed::toString);
    }

    /** Niceness by name of the thread: the 19th field of {@code stat}, of which the second is the name in brackets. */
    private static int niceness(final Path stat) throws IOException {
        final String line = Files.readString(stat);
        return Integer.parseInt(line.substring(line.lastIndexOf(')') + 2).split(" ", -1)[16]);
    }

    @Test
    void shouldLetTheProjectorAndPostgresWait() throws Exception {
        SharedPrograms.useIn(directory.resolve("data/postgres"));
        try (ServerProcess server = ServerProcess.serve(directory, Map.of()).awaitReady(Duration.ofSeconds(30))) {
            final String pid = awaitPostmaster(directory.resolve("data/postgres"));
            assertEquals(10, niceness(Path.of("/proc", pid, "stat")), "PostgreSQL");
            final Map<String, Integer> niceness = new TreeMap<>();
            final long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (!niceness.containsKey("projector")) {
                assertTrue(System.nanoTime() - deadline < 0, "no projector: " + niceness);
                try (Stream<Path> tasks = Files.list(Path.of("/proc", String.valueOf(server.pid()), "task"))) {
                    for (final Path task : tasks.toList()) {
                        niceness.put(Files.readString(task.resolve("comm")).strip(), niceness(task.resolve("stat")));
                    }
                } catch (final NoSuchFileException e) {
                    // A thread that has ended meanwhile: look again.
                    niceness.clear();
                }
            }
            assertEquals(10, niceness.get("projector"), niceness::toString);
            assertEquals(0, niceness.get("http-1-1"), niceness::toString);
            assertEquals(0, niceness.get("sale-pipeline-1"), niceness::toString);
            assertEquals(0, server.terminate(Duration.ofSeconds(60)));
        }
    }

    /** The process number of the server itself: a negative one is of a program that sets it up. */
    private static String awaitPostmaster(final Path postgres) throws IOException {
        final long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            try (Stream<Path> files = Files.walk(postgres, 3)) {
                for (final Path file :
                        files.filter(path -> path.endsWith("postmaster.pid")).toList()) {
                    final List<String> lines = Files.readAllLines(file);
                    if (!lines.isEmpty() && lines.get(0).matches("[0-9]+")) {
                        return lines.get(0);
                    }
                }
            } catch (final IOException | UncheckedIOException e) {
                // It is being set up: files come and go.
            }
            assertTrue(System.nanoTime() - deadline < 0, "PostgreSQL did not start");
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
