package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.openhft.affinity.Affinity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which CPUs the threads of a real service may use, as the kernel tells it. */
@EnabledOnOs(OS.LINUX)
class PinnedThreadsTest {
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
}
