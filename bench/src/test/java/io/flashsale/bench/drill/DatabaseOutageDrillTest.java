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
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL goes away under load and comes back: the sale does not notice, and nothing is lost or doubled. */
class DatabaseOutageDrillTest {
    private static final Duration OUTAGE = Duration.ofSeconds(5);

    @TempDir
    private Path directory;

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void shouldSellThroughAnOutageAndCatchUp() throws Exception {
        SharedPrograms.useIn(directory.resolve("elsewhere"));
        final EmbeddedPostgresServer postgres = new EmbeddedPostgresServer(directory.resolve("elsewhere"));
        try {
            final Map<String, String> settings = settings(postgres.start());
            try (ServerProcess server = ServerProcess.serve(directory, settings).awaitReady(Duration.ofSeconds(30))) {
                final LoadConfig load = LoadConfig.to(server.address())
                        .connections(8)
                        .rate(500)
                        .duration(OUTAGE.plusSeconds(6))
                        .build();
                try (BackgroundLoad running = BackgroundLoad.start(load, LoadListener.NONE)) {
                    final ShopClient client = new ShopClient(server.address());
                    awaitHealth(client, "RUNNING");
                    postgres.stop();
                    awaitHealth(client, "WAITING_FOR_DATABASE");
                    stayReadyThrough(client, OUTAGE);
                    postgres.start();
                    final LoadReport report = running.report(Duration.ofSeconds(60));
                    assertEquals(0, report.unexpectedAnswers(Set.of(200, 409)), report.toText());
                    assertEquals(0, report.counts().connectionErrors(), report.toText());
                    awaitHealth(client, "RUNNING");
                }
                assertEquals(0, server.terminate(Duration.ofSeconds(60)));
            }
            ServerProcess.verify(directory, settings);
        } finally {
            postgres.stop();
        }
    }

    @Test
    void shouldRefuseAWrongPasswordInOneLine() throws Exception {
        SharedPrograms.useIn(directory.resolve("elsewhere"));
        final EmbeddedPostgresServer postgres = new EmbeddedPostgresServer(directory.resolve("elsewhere"));
        try {
            final Map<String, String> settings = settings(postgres.start());
            settings.put("DB_PASSWORD", "wrong");
            final ServerProcess.Result result = ServerProcess.run(
                    directory,
                    settings,
                    Duration.ofSeconds(30),
                    "serve",
                    "--port=0",
                    "--metrics-port=0",
                    "--data-dir=" + directory.resolve("data"));
            assertEquals(1, result.exitCode(), result.output());
            assertEquals(1, result.output().lines().count(), result.output());
            assertTrue(result.output().contains("password"), result.output());
        } finally {
            postgres.stop();
        }
    }

    private static Map<String, String> settings(final DatabaseConfig database) {
        final Map<String, String> settings = Launch.settings(database);
        settings.put("APP_DRAIN_SECONDS", "40");
        return settings;
    }

    private static void awaitHealth(final ShopClient client, final String state) throws Exception {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        String body = "";
        while (!body.contains(state)) {
            assertTrue(System.nanoTime() - deadline < 0, "the projector is not " + state + ":\n" + body);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            body = client.get("/health/ready").body();
        }
    }

    private static void stayReadyThrough(final ShopClient client, final Duration time) throws Exception {
        final long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() - end < 0) {
            final ShopClient.Answer answer = client.get("/health/ready");
            assertEquals(200, answer.status(), answer.body());
            assertTrue(answer.body().contains("lag"), answer.body());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
        }
    }
}
