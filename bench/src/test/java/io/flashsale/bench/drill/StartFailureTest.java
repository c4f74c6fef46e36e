package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start that cannot succeed says why in one line, and exits with a code that is not zero. */
class StartFailureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private String data() {
        return "--data-dir=" + directory.resolve("data");
    }

    private void assertOneLine(final ServerProcess.Result result, final String part) {
        assertNotEquals(0, result.exitCode(), result.output());
        final List<String> lines = result.output().lines().toList();
        assertEquals(1, lines.size(), result.output());
        assertTrue(lines.get(0).startsWith("flash-sale: "), result.output());
        assertTrue(lines.get(0).contains(part), result.output());
    }

    private ServerProcess.Result run(final Map<String, String> environment, final String... arguments)
            throws IOException {
        return ServerProcess.run(directory, environment, PATIENCE, arguments);
    }

    @Test
    void shouldNameWhoHoldsTheDataDirectory() throws Exception {
        final Map<String, String> settings = Map.of("DB_HOST", "none");
        try (ServerProcess first = ServerProcess.serve(directory, settings).awaitReady(PATIENCE)) {
            assertOneLine(run(settings, "serve", "--port=0", "--metrics-port=0", data()), "held by process");
            assertTrue(first.isAlive());
            assertEquals(200, new ShopClient(first.address()).checkout(1, 1).status());
        }
    }

    @Test
    void shouldNameThePortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String port = String.valueOf(taken.getLocalPort());
            assertOneLine(
                    run(
                            Map.of("DB_HOST", "none", "APP_HOST", "127.0.0.1"),
                            "serve",
                            "--port=" + port,
                            "--metrics-port=0",
                            data()),
                    "APP_PORT=" + port);
            assertTrue(!Files.exists(directory.resolve("data/journal")), "a failed start left a journal");
        }
    }

    @Test
    void shouldNameTheDirectoryThatCannotBeWritten() throws Exception {
        final Path file = Files.writeString(directory.resolve("file"), "in the way");
        assertOneLine(
                run(
                        Map.of("DB_HOST", "none"),
                        "serve",
                        "--port=0",
                        "--metrics-port=0",
                        "--data-dir=" + file.resolve("d")),
                "APP_DATA_DIR=");
    }

    @Test
    void shouldNameTheVariableThatIsInvalid() throws Exception {
        assertOneLine(run(Map.of("APP_SYNC", "perhaps"), "serve", data()), "APP_SYNC=perhaps");
        assertOneLine(run(Map.of("APP_ITEM_NUMBER", "many"), data()), "APP_ITEM_NUMBER=many");
    }

    @Test
    void shouldNameTheFileThatIsDamaged() throws Exception {
        final Path data = Files.createDirectories(directory.resolve("data"));
        final Map<String, String> settings = Map.of("DB_HOST", "none", "APP_HOST", "127.0.0.1");
        final Path secret = Files.writeString(data.resolve("retry.secret"), "short");
        assertOneLine(run(settings, "serve", "--port=0", "--metrics-port=0", data()), secret.toString());
        final Path mark = Files.writeString(data.resolve("projection.mark"), "x".repeat(8_192));
        assertOneLine(run(settings, "serve", "--port=0", "--metrics-port=0", data()), mark.toString());
    }

    @Test
    void shouldLeaveTheJournalAsItIsHoweverOftenAStartIsRefused() throws Exception {
        final Map<String, String> settings = Map.of("DB_HOST", "none", "APP_HOST", "127.0.0.1");
        try (ServerProcess first = ServerProcess.serve(directory, settings).awaitReady(PATIENCE)) {
            assertEquals(0, first.terminate(PATIENCE));
        }
        final Path secret = Files.writeString(directory.resolve("data/retry.secret"), "short");
        final Map<Path, String> before = journal();
        for (int i = 0; i < 5; i++) {
            assertOneLine(run(settings, "serve", "--port=0", "--metrics-port=0", data()), secret.toString());
        }
        assertEquals(before, journal());
    }

    /** What is in the journal's directory: each file with a hash of its bytes. */
    private Map<Path, String> journal() throws Exception {
        final Map<Path, String> files = new TreeMap<>();
        final List<Path> paths;
        try (Stream<Path> tree = Files.walk(directory.resolve("data/journal"))) {
            paths = tree.toList();
        }
        for (final Path path : paths) {
            files.put(
                    path,
                    Files.isDirectory(path)
                            ? "directory"
                            : HexFormat.of()
                                    .formatHex(
                                            MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path))));
        }
        return files;
    }

    @Test
    void shouldSayThatThereIsNoJournalToReplay() throws Exception {
        assertOneLine(run(Map.of(), "replay", data()), "no journal");
        assertOneLine(run(Map.of(), "journal", data()), "no journal");
    }
}
