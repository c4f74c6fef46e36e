package io.flashsale.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.projector.DatabaseProbe.Finding;
import io.flashsale.projector.DatabaseProbe.Result;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One look, one clear line. */
class DatabaseProbeTest {
    private static final long JOURNAL = 815;

    private static Result expect(final Finding finding, final DatabaseConfig config) {
        final Result result = DatabaseProbe.probe(config, JOURNAL);
        assertEquals(finding, result.finding(), result.message());
        assertFalse(result.message().contains("\n"), result.message());
        return result;
    }

    @Test
    void shouldFindAnUnusedDatabase() throws Exception {
        assertTrue(expect(Finding.REACHABLE, TestPostgres.emptyDatabase()).isReachable());
    }

    @Test
    void shouldTellOwnFromForeignJournals() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        try (Connection connection = database.dataSource("test").getConnection()) {
            DatabaseSchema.migrate(connection, database);
        }
        expect(Finding.REACHABLE, database);
        TestPostgres.execute(database, "INSERT INTO projection_progress VALUES (815, 3, now())");
        expect(Finding.REACHABLE, database);
        TestPostgres.execute(database, "UPDATE projection_progress SET journal_id = 4711");
        final Result foreign = expect(Finding.FOREIGN_JOURNAL, database);
        assertTrue(foreign.isPermanent());
        assertTrue(foreign.message().contains("4711") && foreign.message().contains("815"), foreign.message());
    }

    @Test
    void shouldFindThatTheDatabaseIsUnknown() {
        final Result result =
                expect(Finding.DATABASE_UNKNOWN, TestPostgres.server().withName("nowhere"));
        assertTrue(result.isPermanent());
        assertTrue(result.message().contains("nowhere"), result.message());
    }

    @Test
    void shouldFindThatTheLoginIsRefused() throws Exception {
        final DatabaseConfig server = TestPostgres.server();
        final DatabaseConfig stranger =
                new DatabaseConfig(server.host(), server.port(), "stranger", "x", "postgres", "disable");
        assertTrue(expect(Finding.LOGIN_REFUSED, stranger).message().contains("DB_USER"));
    }

    @Test
    void shouldNameTheSslModeWhenTheServerHasNoSsl() throws Exception {
        final DatabaseConfig server = TestPostgres.server();
        for (final String mode : List.of("require", "verify-ca", "verify-full")) {
            final Result result = expect(
                    Finding.REFUSED,
                    new DatabaseConfig(server.host(), server.port(), "postgres", "", "postgres", mode));
            assertTrue(result.isPermanent());
            assertTrue(result.message().contains("DB_SSL_MODE=" + mode), result.message());
            assertFalse(result.message().contains("DB_PASSWORD"), result.message());
        }
    }

    /** Each answer comes within a second; all of them do not. */
    @Test
    void shouldHearOutAServerThatIsSlow() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        try (Connection connection = database.dataSource("test").getConnection()) {
            DatabaseSchema.migrate(connection, database);
        }
        TestPostgres.execute(database, "INSERT INTO projection_progress VALUES (4711, 3, now())");
        try (SlowServer slow = new SlowServer(database.port(), 300)) {
            final long began = System.nanoTime();
            expect(Finding.FOREIGN_JOURNAL, TestPostgres.config(slow.port()).withName(database.name()));
            assertTrue(System.nanoTime() - began > 1_000_000_000L, "the server was not slow enough to tell");
        }
    }

    @Test
    void shouldTakeAClosedPortForAnOutage() {
        assertFalse(expect(Finding.UNREACHABLE, TestPostgres.config(1)).isPermanent());
    }

    @Test
    void shouldGiveUpOnSilenceAfterASecond() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final long began = System.nanoTime();
            expect(Finding.UNREACHABLE, TestPostgres.config(silent.getLocalPort()));
            assertTrue(System.nanoTime() - began < 2_000_000_000L);
        }
    }
}
