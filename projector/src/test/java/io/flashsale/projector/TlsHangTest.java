package io.flashsale.projector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** A connection over TLS is given up while PostgreSQL hangs in the middle of a COPY. */
@Timeout(60)
class TlsHangTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LONGEST_ABORT = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    @BeforeEach
    void switchTlsOn() throws Exception {
        final Path store = directory.resolve("store.p12");
        final Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=localhost",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "secret",
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .start();
        final String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, keytool.waitFor(), said);
        final KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "secret".toCharArray());
        }
        // PostgreSQL takes a key only if nobody else may read it, and may run as another user than this test.
        final Path data = Path.of(TestPostgres.value(TestPostgres.server(), "SHOW data_directory"));
        final Path certificate = data.resolve("test.crt");
        final Path key = data.resolve("test.key");
        Files.writeString(
                certificate, pem("CERTIFICATE", keys.getCertificate("server").getEncoded()));
        Files.writeString(
                key,
                pem("PRIVATE KEY", keys.getKey("server", "secret".toCharArray()).getEncoded()));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        for (final Path file : new Path[] {certificate, key}) {
            Files.setOwner(file, Files.getOwner(data));
        }
        TestPostgres.execute(TestPostgres.server(), "ALTER SYSTEM SET ssl_cert_file = 'test.crt'");
        TestPostgres.execute(TestPostgres.server(), "ALTER SYSTEM SET ssl_key_file = 'test.key'");
        switchTls("on");
    }

    @AfterEach
    void switchTlsOff() throws Exception {
        switchTls("off");
    }

    private static void switchTls(final String state) throws Exception {
        TestPostgres.execute(TestPostgres.server(), "ALTER SYSTEM SET ssl = " + state);
        TestPostgres.execute(TestPostgres.server(), "SELECT pg_reload_conf()");
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!state.equals(TestPostgres.value(TestPostgres.server(), "SHOW ssl"))) {
            assertTrue(System.nanoTime() < deadline, "TLS does not go " + state);
            Thread.sleep(10);
        }
    }

    private static String pem(final String kind, final byte[] content) {
        return "-----BEGIN " + kind + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + kind
                + "-----\n";
    }

    private static DatabaseConfig overTls() {
        final DatabaseConfig server = TestPostgres.server();
        return new DatabaseConfig(server.host(), server.port(), "postgres", "", "postgres", "require");
    }

    @Test
    void shouldGiveUpAConnectionWhosePeerTakesNothing() throws Exception {
        try (Connection connection = overTls().dataSource("test").getConnection()) {
            final PGConnection session = connection.unwrap(PGConnection.class);
            connection.setAutoCommit(false);
            connection.createStatement().execute("CREATE TEMPORARY TABLE sink (line text)");
            final CopyIn copy = session.getCopyAPI().copyIn("COPY sink FROM STDIN");
            final AtomicLong written = new AtomicLong();
            final Thread writer = new Thread(() -> write(copy, written), "writer");
            final String backend = String.valueOf(session.getBackendPID());
            TestPostgres.signal("STOP", backend);
            try {
                writer.start();
                awaitStandstill(written);
                assertTrue(writer.isAlive(), "the writer was never stuck");
                final long begin = System.nanoTime();
                connection.abort(task -> new Thread(task, "abort").start());
                writer.join(LONGEST_ABORT.toMillis());
                assertFalse(writer.isAlive(), "still writing " + Duration.ofNanos(System.nanoTime() - begin));
            } finally {
                TestPostgres.signal("CONT", backend);
            }
        }
    }

    private static void write(final CopyIn copy, final AtomicLong written) {
        final byte[] line = ("x".repeat(1_000) + "\n").getBytes(UTF_8);
        try {
            while (true) {
                copy.writeToCopy(line, 0, line.length);
                written.addAndGet(line.length);
            }
        } catch (final SQLException e) {
            // Given up.
        }
    }

    /** Until a writer has written something, and no more for half a second. */
    private static void awaitStandstill(final AtomicLong written) throws InterruptedException {
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        long before = -1;
        while (written.get() == 0 || written.get() != before) {
            assertTrue(System.nanoTime() < deadline, "the kernel takes everything: " + written);
            before = written.get();
            Thread.sleep(500);
        }
    }
}
