package io.flashsale.server.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that was stopped leaves no thread, no open file and no mapped region behind, however often it starts. */
class StopLeakTest {
    private static final Path FILES = Path.of("/proc/self/fd");
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final int CYCLES = 2;

    @TempDir
    private Path directory;

    @Test
    void shouldLeaveNothingBehindWhenItStops() throws Exception {
        // What libraries start once and keep is there after the first.
        cycle();
        final Set<String> threads = threads();
        for (int i = 0; i < CYCLES; i++) {
            cycle();
        }
        final Set<String> more = new TreeSet<>(threads());
        more.removeAll(threads);
        assertEquals(Set.of(), more);
    }

    private void cycle() throws Exception {
        final Map<String, String> environment = Map.of(
                "APP_DATA_DIR", directory.resolve("data").toString(),
                "APP_HOST", "127.0.0.1",
                "APP_PORT", "0",
                "APP_METRICS_PORT", "0",
                "DB_HOST", "none");
        final SaleServer server =
                new SaleServer(ServerConfig.of(Settings.resolve(Map.of(), environment, directory), 2));
        assertTrue(server.start().isPresent());
        assertTrue(!open().isEmpty(), "a running service has files open: the check sees them");
        assertTrue(server.stop());
        await("open files", this::open);
        await("mapped regions", this::mapped);
        // It would end this process, too, as soon as the stop might have hung for too long.
        await("threads that halt the process", StopLeakTest::limits);
    }

    private static List<String> limits() {
        return threads().stream().filter("sale-stop-limit"::equals).toList();
    }

    /** Open files of the data directory. */
    private List<String> open() throws IOException {
        try (Stream<Path> links = Files.list(FILES)) {
            return links.map(StopLeakTest::target)
                    .filter(target -> target.startsWith(directory.toString()))
                    .toList();
        }
    }

    private static String target(final Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (final IOException e) {
            // Such as that of the listing itself, which is closed by now.
            return "";
        }
    }

    private List<String> mapped() throws IOException {
        return Files.readAllLines(MAPS).stream()
                .filter(line -> line.contains(directory.toString()))
                .toList();
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                // Netty's own, which ends when it was idle for a second and comes back under another number.
                .filter(name -> !name.startsWith("globalEventExecutor"))
                .collect(Collectors.toSet());
    }

    @FunctionalInterface
    private interface Listing {
        List<String> list() throws IOException;
    }

    /** Some are released by a thread in the background, or with the object that holds them. */
    private static void await(final String what, final Listing listing) throws Exception {
        final long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        List<String> left = listing.list();
        while (!left.isEmpty()) {
            final List<String> reported = left;
            assertTrue(System.nanoTime() < deadline, () -> what + " are left: " + reported);
            System.gc();
            Thread.sleep(20);
            left = listing.list();
        }
    }
}
