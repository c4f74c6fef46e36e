package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.bench.load.LoadConfig;
import io.flashsale.bench.load.LoadListener;
import io.flashsale.bench.load.LoadReport;
import io.flashsale.bench.process.Launch;
import io.flashsale.projector.DatabaseConfig;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The projector as a process of its own: killed, doubled, restarted beside a service that is killed, too. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class OutsideProjectorDrillTest {
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration END = Duration.ofSeconds(60);
    private static final int KILLS = 3;

    @TempDir
    private static Path elsewhere;

    private static EmbeddedPostgresServer postgres;
    private static DatabaseConfig maintenance;
    private static int databases;

    @TempDir
    private Path directory;

    private DatabaseConfig database;
    private final Map<String, String> settings = new HashMap<>();

    @BeforeAll
    static void startPostgres() throws Exception {
        final Path own = elsewhere.resolve("postgres");
        SharedPrograms.useIn(own);
        postgres = new EmbeddedPostgresServer(own);
        maintenance = postgres.start().withName("postgres");
    }

    @AfterAll
    static void stopPostgres() {
        postgres.stop();
    }

    @BeforeEach
    void createDatabase() throws Exception {
        database = maintenance.withName("sale_" + ++databases);
        execute(maintenance, "CREATE DATABASE " + database.name());
        settings.put("APP_PROJECTOR", "outside");
        settings.putAll(Launch.settings(database));
        settings.put("APP_DRAIN_SECONDS", "40");
        // What is sold is compared with rows: no boundary in between, which every full hour would be.
        settings.put("APP_SALE_SECONDS", "604800");
    }

    private String data() {
        return "--data-dir=" + directory.resolve("data");
    }

    private ServerProcess project() throws Exception {
        return ServerProcess.start(directory, settings, "project", data());
    }

    private ServerProcess serve() throws Exception {
        return ServerProcess.serve(directory, settings).awaitReady(START);
    }

    private ServerProcess.Result run(final String... arguments) throws Exception {
        return ServerProcess.run(directory, settings, END, arguments);
    }

    private static void execute(final DatabaseConfig where, final String... statements) throws SQLException {
        try (Connection connection = where.dataSource("drill").getConnection();
                Statement statement = connection.createStatement()) {
            for (final String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void sell(final ServerProcess server, final double seconds) throws Exception {
        final LoadConfig load = LoadConfig.to(server.address())
                .connections(8)
                .duration(Duration.ofMillis((long) (seconds * 1_000)))
                .build();
        try (BackgroundLoad running = BackgroundLoad.start(load, LoadListener.NONE)) {
            requireGood(running.report(END));
        }
    }

    private static void requireGood(final LoadReport report) {
        assertEquals(0, report.unexpectedAnswers(Set.of(200, 409)), report.toText());
        assertEquals(0, report.counts().connectionErrors(), report.toText());
    }

    private static void awaitHealth(final ServerProcess server, final String text) throws Exception {
        final ShopClient client = new ShopClient(server.address());
        final long deadline = System.nanoTime() + END.toNanos();
        String body = "";
        while (!body.contains(text)) {
            assertTrue(System.nanoTime() - deadline < 0, "no \"" + text + "\" in:\n" + body);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            body = client.get("/health/ready").body();
        }
    }

    private void requireEqual() throws Exception {
        final ServerProcess.Result verified = run("replay", "--verify", data());
        assertEquals(0, verified.exitCode(), verified.output());
    }

    @Test
    void shouldLoseAndDoubleNothingWhenProjectorAndServiceAreKilledUnderLoad() throws Exception {
        try (ServerProcess server = serve()) {
            awaitHealth(server, "outside, STOPPED");
            final LoadConfig load = LoadConfig.to(server.address())
                    .connections(8)
                    .rate(2_000)
                    .duration(Duration.ofHours(1))
                    .build();
            try (BackgroundLoad running = BackgroundLoad.start(load, LoadListener.NONE)) {
                for (int kill = 0; kill < KILLS; kill++) {
                    try (ServerProcess projector = project().awaitOutput("RUNNING", START)) {
                        // A random moment is the point here, not a condition to wait for.
                        TimeUnit.MILLISECONDS.sleep((System.nanoTime() >>> 10) % 500);
                        projector.kill();
                    }
                }
                assertTrue(running.isRunning(), "the load ended before the last kill");
                running.stop();
                requireGood(running.report(END));
            }
        }
        // Closing killed the service: the next one cuts or copies what the projector may have read.
        try (ServerProcess projector = project().awaitOutput("RUNNING", START)) {
            try (ServerProcess server = serve()) {
                awaitHealth(server, "outside, RUNNING");
                sell(server, 1);
                server.kill();
            }
            try (ServerProcess server = serve()) {
                sell(server, 1);
                assertEquals(0, server.terminate(END));
            }
            assertTrue(projector.isAlive(), projector.output());
            assertEquals(0, projector.terminate(END), projector.output());
        }
        requireEqual();
    }

    @Test
    void shouldLetOneProjectorWorkAtATime() throws Exception {
        try (ServerProcess server = serve();
                ServerProcess projector = project().awaitOutput("RUNNING", START)) {
            final ServerProcess.Result second = run("project", data());
            assertEquals(1, second.exitCode(), second.output());
            assertEquals(1, second.output().lines().count(), second.output());
            assertTrue(second.output().contains("is held by process"), second.output());
            assertEquals(0, server.terminate(END));
            settings.put("APP_PROJECTOR", "inside");
            final ServerProcess.Result inside = run("serve", "--port=0", "--metrics-port=0", data());
            assertEquals(1, inside.exitCode(), inside.output());
            assertTrue(inside.output().contains("flash-sale project"), inside.output());
            assertTrue(projector.isAlive());
        }
    }

    @Test
    void shouldRebuildAnEmptiedAndARestoredDatabase() throws Exception {
        try (ServerProcess server = serve();
                ServerProcess projector = project().awaitOutput("RUNNING", START)) {
            sell(server, 0.5);
            assertEquals(0, projector.terminate(END), projector.output());
            execute(maintenance, "CREATE DATABASE older TEMPLATE " + database.name());
            sell(server, 0.5);
            try (ServerProcess second = project().awaitOutput("RUNNING", START)) {
                awaitRows(server);
                execute(
                        maintenance,
                        "DROP DATABASE " + database.name() + " WITH (FORCE)",
                        "ALTER DATABASE older RENAME TO " + database.name());
                second.awaitOutput("WAITING_FOR_DATABASE", END);
                awaitRows(server);
                requireEqual();
                execute(
                        maintenance,
                        "DROP DATABASE " + database.name() + " WITH (FORCE)",
                        "CREATE DATABASE " + database.name());
                awaitRows(server);
                assertEquals(0, second.terminate(END), second.output());
            }
            assertEquals(0, server.terminate(END));
        }
        requireEqual();
    }

    /** Waits until everything that was sold is in the database. */
    private void awaitRows(final ServerProcess server) throws Exception {
        final String sold = new ShopClient(server.address())
                .get("/sale")
                .body()
                .lines()
                .filter(line -> line.startsWith("sold: "))
                .findFirst()
                .orElseThrow()
                .substring("sold: ".length());
        final long deadline = System.nanoTime() + END.toNanos();
        while (!sold.equals(rowsSold())) {
            assertTrue(System.nanoTime() - deadline < 0, rowsSold() + " of " + sold + " sold items have their row");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private String rowsSold() {
        try (Connection connection = database.dataSource("drill").getConnection();
                Statement statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM sale_items WHERE purchased")) {
            rows.next();
            return rows.getString(1);
        } catch (final SQLException e) {
            return e.getMessage();
        }
    }

    @Test
    void shouldReportRowsThatSomebodyRemoved() throws Exception {
        try (ServerProcess server = serve();
                ServerProcess projector = project().awaitOutput("RUNNING", START)) {
            sell(server, 0.5);
            awaitRows(server);
            assertEquals(0, projector.terminate(END), projector.output());
            assertEquals(0, server.terminate(END));
        }
        requireEqual();
        execute(database, "DELETE FROM checkouts WHERE sequence = (SELECT min(sequence) FROM checkouts)");
        final ServerProcess.Result different = run("replay", "--verify", data());
        assertEquals(1, different.exitCode(), different.output());
        assertTrue(different.output().contains("differences                  1"), different.output());
    }

    @Test
    void shouldSayThatThereIsNoDatabaseOrNoJournal() throws Exception {
        final ServerProcess.Result noJournal = run("project", data());
        assertEquals(1, noJournal.exitCode(), noJournal.output());
        assertTrue(noJournal.output().contains("there is no journal"), noJournal.output());
        try (ServerProcess server = serve()) {
            assertEquals(0, server.terminate(END));
        }
        settings.put("DB_PASSWORD", "wrong");
        final ServerProcess.Result wrong = run("project", data());
        assertEquals(1, wrong.exitCode(), wrong.output());
        assertTrue(wrong.output().contains("check DB_USER and DB_PASSWORD"), wrong.output());
        settings.put("DB_HOST", "none");
        final ServerProcess.Result none = run("project", data());
        assertEquals(1, none.exitCode(), none.output());
        assertTrue(none.output().contains("DB_HOST=none"), none.output());
    }
}
