package io.flashsale.server.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.projector.DatabaseConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** A real PostgreSQL in a directory, through all that can happen to the service beside it. */
class EmbeddedPostgresServerTest {
    private static final String NAME = "sale of \"today\"";

    /** Unpacked once, and a cluster made once, since that is most of a first start. */
    @TempDir
    static Path shared;

    @TempDir
    Path directory;

    private EmbeddedPostgresServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop();
        }
    }

    @BeforeAll
    static void makeOne() throws IOException {
        PostgresPrograms.unpackedIn(shared.resolve("programs"));
        linkPrograms(shared.resolve("made"));
        final EmbeddedPostgresServer first = new EmbeddedPostgresServer(shared.resolve("made"), NAME);
        first.start();
        first.stop();
    }

    private static void linkPrograms(final Path postgres) throws IOException {
        Files.createDirectories(postgres);
        Files.createSymbolicLink(postgres.resolve("binaries"), shared.resolve("programs"));
    }

    /** What a test begins with: nothing, programs, or a cluster as the last service's stop leaves it. */
    @BeforeEach
    void prepare(final TestInfo test) throws Exception {
        final Path postgres = directory.resolve("postgres");
        if (test.getTags().contains("unpacks")) {
            return;
        }
        linkPrograms(postgres);
        if (!test.getTags().contains("makes")) {
            for (final String part : List.of("cluster-1", "current", "password")) {
                copy(shared.resolve("made").resolve(part), postgres.resolve(part));
            }
        }
    }

    private static void copy(final Path from, final Path to) throws Exception {
        final Process copying = new ProcessBuilder("cp", "-a", from.toString(), to.toString())
                .inheritIO()
                .start();
        assertEquals(0, copying.waitFor());
    }

    private DatabaseConfig start() {
        server = new EmbeddedPostgresServer(directory.resolve("postgres"), NAME);
        return server.start();
    }

    private static String value(final DatabaseConfig config, final String sql) throws SQLException {
        try (Connection connection = config.dataSource("test").getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(final DatabaseConfig config, final String sql) throws SQLException {
        try (Connection connection = config.dataSource("test").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static boolean listens(final int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (final IOException e) {
            return false;
        }
    }

    private long postmaster() throws Exception {
        return Long.parseLong(Files.readAllLines(directory.resolve("postgres/cluster-1/postmaster.pid"))
                .get(0)
                .strip());
    }

    private Process otherProcess(final String what) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedPostgresMain.class.getName(),
                        directory.resolve("postgres").toString(),
                        what)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static int awaitPort(final Process process) throws IOException {
        // Left open: the end of the process ends it.
        final BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.startsWith("port ")) {
            line = lines.readLine();
        }
        return Integer.parseInt(Objects.requireNonNull(line, "it ended").substring("port ".length()));
    }

    private static void signal(final String name, final long process) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + name, Long.toString(process))
                        .inheritIO()
                        .start()
                        .waitFor());
    }

    @Test
    @Tag("makes")
    void shouldSyncListenOnLoopbackOnlyAndAskForItsPassword() throws Exception {
        final DatabaseConfig config = start();
        assertEquals("on", value(config, "SHOW fsync"));
        assertEquals("on", value(config, "SHOW synchronous_commit"));
        assertEquals("127.0.0.1", value(config, "SHOW listen_addresses"));
        assertEquals("", value(config, "SHOW unix_socket_directories"));
        assertEquals("18", value(config, "SELECT split_part(current_setting('server_version'), '.', 1)"));
        assertEquals("sale of \"today\"", value(config, "SELECT current_database()"));
        final DatabaseConfig wrong =
                new DatabaseConfig(config.host(), config.port(), config.user(), "guess", config.name(), "disable");
        assertEquals(
                "28P01",
                assertThrows(SQLException.class, () -> value(wrong, "SELECT 1")).getSQLState());
        assertFalse(server.isAdopted());
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("postgres"))));
    }

    @Test
    void shouldKeepDataAndPortFromStartToStart() throws Exception {
        final DatabaseConfig first = start();
        execute(first, "CREATE TABLE kept AS SELECT 42 AS answer");
        final long firstProcess = postmaster();
        server.stop();
        assertFalse(listens(first.port()));
        final DatabaseConfig second = start();
        assertEquals(first.port(), second.port());
        assertEquals("42", value(second, "SELECT answer FROM kept"));
        assertNotEquals(firstProcess, postmaster());
    }

    @Test
    void shouldAdoptTheServerThatAKilledServiceLeft() throws Exception {
        final Process service = otherProcess("start");
        final int port;
        try {
            port = awaitPort(service);
        } finally {
            // kill -9
            service.destroyForcibly().waitFor();
        }
        final long orphan = postmaster();
        assertTrue(ProcessHandle.of(orphan).isPresent());
        final DatabaseConfig config = start();
        assertTrue(server.isAdopted());
        assertEquals(port, config.port());
        assertEquals(orphan, postmaster());
        assertEquals("1", value(config, "SELECT 1"));
        server.stop();
        assertFalse(listens(port));
    }

    @Test
    void shouldStartAgainAfterPostgresItselfWasKilled() throws Exception {
        final DatabaseConfig first = start();
        execute(first, "CREATE TABLE kept AS SELECT 42 AS answer");
        final ProcessHandle process = ProcessHandle.of(postmaster()).orElseThrow();
        process.destroyForcibly();
        process.onExit().join();
        server.stop();
        assertEquals("42", value(start(), "SELECT answer FROM kept"));
    }

    @Test
    void shouldIgnoreAPidFileWhoseNumberIsAnotherProcesss() throws Exception {
        start();
        server.stop();
        Files.writeString(
                directory.resolve("postgres/cluster-1/postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + directory.resolve("postgres/cluster-1") + "\n1\n5432\n\n*\n");
        assertEquals("1", value(start(), "SELECT 1"));
        assertFalse(server.isAdopted());
    }

    @Test
    @Tag("unpacks")
    void shouldBeginAnewWhereAStartWasCutShort() throws Exception {
        Files.createDirectories(directory.resolve("postgres/cluster-1"));
        Files.writeString(directory.resolve("postgres/cluster-1/postgresql.conf"), "# initdb came this far");
        Files.createDirectories(directory.resolve("postgres/binaries/PG-half/bin"));
        assertEquals("1", value(start(), "SELECT 1"));
        assertTrue(Files.exists(directory.resolve("postgres/cluster-2/PG_VERSION")));
        assertFalse(Files.exists(directory.resolve("postgres/binaries/PG-half")));
    }

    @Test
    @Tag("unpacks")
    void shouldWorkInADirectoryGivenAsARelativePath() throws Exception {
        final Path absolute = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "relative");
        linkPrograms(absolute);
        server = new EmbeddedPostgresServer(Path.of("target").resolve(absolute.getFileName()));
        try {
            assertEquals("flashsale", value(server.start(), "SELECT current_database()"));
        } finally {
            server.stop();
            PostgresFiles.delete(absolute);
        }
    }

    @Test
    void shouldSayWhyItDoesNotStart() throws Exception {
        start();
        server.stop();
        Files.writeString(directory.resolve("postgres/cluster-1/postgresql.conf"), "nonsense = yes\n");
        final PostgresStartException failure = assertThrows(PostgresStartException.class, this::start);
        assertTrue(failure.getMessage().contains("nonsense"), failure.getMessage());
        assertTrue(failure.getMessage().contains("server.log"), failure.getMessage());
    }

    @Test
    void shouldRunUntilItsLastUserStops() throws Exception {
        final int port = start().port();
        final EmbeddedPostgresServer check = new EmbeddedPostgresServer(directory.resolve("postgres"));
        assertEquals(port, check.startExisting().port());
        assertTrue(check.isAdopted());
        check.stop();
        assertTrue(listens(port), "the first to stop ended it under the other");
        check.startExisting();
        server.stop();
        assertTrue(listens(port), "who had started it ended it under the other");
        check.stop();
        assertFalse(listens(port));
    }

    @Test
    void shouldRunOnForAnotherProcessAndForgetItWhenItIsKilled() throws Exception {
        final Process other = otherProcess("start");
        try {
            final int port = awaitPort(other);
            start();
            assertTrue(server.isAdopted());
            server.stop();
            assertTrue(listens(port), "ended under another process");
            start();
            other.destroyForcibly().waitFor();
            server.stop();
            assertFalse(listens(port), "left running for a process that is gone");
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    @Test
    @Tag("makes")
    void shouldWaitItsTurnAndNameWhoHasIt() throws Exception {
        final Process other = otherProcess("turn");
        try {
            awaitPort(other);
            server = new EmbeddedPostgresServer(directory.resolve("postgres"));
            final PostgresStartException busy =
                    assertThrows(PostgresStartException.class, () -> server.start(Duration.ofMillis(200)));
            assertTrue(busy.getMessage().contains("process " + other.pid()), busy.getMessage());
            assertFalse(Files.exists(directory.resolve("postgres/cluster-1")));
        } finally {
            // kill -9: its turn ends with it.
            other.destroyForcibly().waitFor();
        }
        assertEquals("1", value(server.start(), "SELECT 1"));
    }

    @Test
    @Tag("unpacks")
    void shouldMakeNothingForWhoOnlyLooks() throws Exception {
        server = new EmbeddedPostgresServer(directory.resolve("postgres"));
        final PostgresStartException none = assertThrows(PostgresStartException.class, () -> server.startExisting());
        assertTrue(none.getMessage().contains("nothing was projected yet"), none.getMessage());
        assertFalse(Files.exists(directory.resolve("postgres")));
    }

    @Test
    void shouldLeaveAFrozenServerInTimeAndGoOnWithItLater() throws Exception {
        execute(start(), "CREATE TABLE kept AS SELECT 42 AS answer");
        final long process = postmaster();
        signal("STOP", process);
        try {
            final long begin = System.nanoTime();
            server.stop(Duration.ZERO);
            final Duration taken = Duration.ofNanos(System.nanoTime() - begin);
            assertTrue(taken.toMillis() < 6_000, "the stop took " + taken);
            assertTrue(ProcessHandle.of(process).isPresent());
            final PostgresStartException hangs =
                    assertThrows(PostgresStartException.class, () -> server.start(Duration.ofMillis(200)));
            assertTrue(hangs.getMessage().contains("SIGSTOP"), hangs.getMessage());
        } finally {
            signal("CONT", process);
        }
        assertEquals("42", value(start(), "SELECT answer FROM kept"));
    }

    @Test
    @Tag("unpacks")
    void shouldStartWhenWhatKeptItFromStartingIsMended() throws Exception {
        Files.createDirectories(directory.resolve("postgres"));
        final Path inTheWay = Files.writeString(directory.resolve("postgres/binaries"), "a file");
        assertThrows(PostgresStartException.class, this::start);
        Files.delete(inTheWay);
        linkPrograms(directory.resolve("postgres"));
        assertEquals("1", value(server.start(), "SELECT 1"));
    }

    @Test
    void shouldTakeAFileThatMakesNoSenseForNone() throws Exception {
        start();
        server.stop();
        for (final String name : List.of("cluster-1/postmaster.pid", "port", "current")) {
            Files.writeString(
                    directory.resolve("postgres").resolve(name), "x\u00ff\n".repeat(5), StandardCharsets.ISO_8859_1);
        }
        assertTrue(Postmaster.of(directory.resolve("postgres/cluster-1")).isEmpty());
        Files.writeString(directory.resolve("postgres/current"), "cluster-1\n");
        assertEquals("1", value(start(), "SELECT 1"));
        assertFalse(server.isAdopted());
    }

    @Test
    @Tag("makes")
    void shouldTakeANumberOutOfRangeForNone() throws Exception {
        final PostgresFiles files = new PostgresFiles(directory.resolve("postgres"));
        for (final String port : List.of("0", "-1", "70000", "99999999999999999999", "")) {
            Files.writeString(directory.resolve("postgres/port"), port);
            assertTrue(files.port() > 0 && files.port() < 65_536, port);
            Files.writeString(
                    directory.resolve("postgres/postmaster.pid"),
                    ProcessHandle.current().pid() + "\n/\n1\n" + port + "\n");
            assertTrue(Postmaster.of(directory.resolve("postgres")).isEmpty(), port);
        }
        Files.writeString(directory.resolve("postgres/current"), "../etc\0");
        assertNull(files.currentCluster());
    }

    @Test
    void shouldSayAtOnceThatAServerWhichRunsRefusesForGood() throws Exception {
        start();
        PostgresFiles.delete(directory.resolve("postgres/cluster-1/base"));
        final EmbeddedPostgresServer check = new EmbeddedPostgresServer(directory.resolve("postgres"));
        try {
            final PostgresStartException lost = assertTimeout(
                    Duration.ofSeconds(60), () -> assertThrows(PostgresStartException.class, check::startExisting));
            assertTrue(lost.getMessage().contains("rebuilt from the journal"), lost.getMessage());
            assertFalse(lost.getMessage().contains("\n"), lost.getMessage());
            Files.writeString(directory.resolve("postgres/password"), "guess\n");
            final PostgresStartException refused = assertTimeout(
                    Duration.ofSeconds(60), () -> assertThrows(PostgresStartException.class, check::startExisting));
            assertTrue(refused.getMessage().contains("password authentication failed"), refused.getMessage());
        } finally {
            check.stop();
        }
    }

    @Test
    void shouldSayWhatToDoWithAClusterThatLostFiles() throws Exception {
        start();
        server.stop();
        Files.delete(directory.resolve("postgres/cluster-1/global/pg_control"));
        final PostgresStartException lost = assertThrows(PostgresStartException.class, this::start);
        assertTrue(lost.getMessage().contains("lost [global/pg_control]"), lost.getMessage());
        assertTrue(lost.getMessage().contains("rebuilt from the journal"), lost.getMessage());
    }

    @Test
    @Tag("unpacks")
    void shouldMakeAgainWhatWasDeleted() throws Exception {
        execute(start(), "CREATE TABLE kept AS SELECT 42 AS answer");
        server.stop();
        try (Stream<Path> homes = Files.list(directory.resolve("postgres/binaries"))) {
            for (final Path home : homes.toList()) {
                PostgresFiles.delete(home.resolve("lib"));
            }
        }
        assertEquals("42", value(start(), "SELECT answer FROM kept"));
        server.stop();
        PostgresFiles.delete(directory.resolve("postgres/cluster-1"));
        final PostgresStartException gone = assertThrows(PostgresStartException.class, () -> server.startExisting());
        assertTrue(gone.getMessage().contains("rebuilt from the journal"), gone.getMessage());
        assertEquals("0", value(start(), "SELECT count(*) FROM pg_tables WHERE tablename = 'kept'"));
    }
}
