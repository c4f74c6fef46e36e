package io.flashsale.server.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.projector.DatabaseConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real PostgreSQL in a directory, through all that can happen to the service beside it. */
class EmbeddedPostgresServerTest {
    @TempDir
    Path directory;

    private EmbeddedPostgresServer server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop();
        }
    }

    private DatabaseConfig start() {
        server = new EmbeddedPostgresServer(directory.resolve("postgres"), "sale of \"today\"");
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

    @Test
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
        final Process service = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EmbeddedPostgresMain.class.getName(),
                        directory.resolve("postgres").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final int port;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(service.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null && !line.startsWith("port ")) {
                line = lines.readLine();
            }
            port = Integer.parseInt(line.substring("port ".length()));
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
    void shouldBeginAnewWhereAStartWasCutShort() throws Exception {
        Files.createDirectories(directory.resolve("postgres/cluster-1"));
        Files.writeString(directory.resolve("postgres/cluster-1/postgresql.conf"), "# initdb came this far");
        Files.createDirectories(directory.resolve("postgres/binaries/PG-half/bin"));
        assertEquals("1", value(start(), "SELECT 1"));
        assertTrue(Files.exists(directory.resolve("postgres/cluster-2/PG_VERSION")));
        assertFalse(Files.exists(directory.resolve("postgres/binaries/PG-half")));
    }

    @Test
    void shouldWorkInADirectoryGivenAsARelativePath() throws Exception {
        final Path absolute = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "relative");
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
}
