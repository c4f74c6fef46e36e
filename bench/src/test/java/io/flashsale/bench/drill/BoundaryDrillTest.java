package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.bench.load.LoadConfig;
import io.flashsale.bench.load.LoadListener;
import io.flashsale.bench.load.LoadReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sales of two seconds under load: a boundary is nothing that a client could notice. */
class BoundaryDrillTest {
    private static final int BOUNDARIES = 6;
    private static final int ITEMS = 500;
    private static final Map<String, String> SETTINGS =
            Map.of("APP_SALE_SECONDS", "2", "APP_ITEM_NUMBER", String.valueOf(ITEMS), "APP_DRAIN_SECONDS", "60");

    @TempDir
    private Path directory;

    @BeforeEach
    void shareThePrograms() throws Exception {
        SharedPrograms.useIn(directory.resolve("data/postgres"));
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void shouldCrossSixBoundariesWithoutARefusedRequest() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(Duration.ofSeconds(30))) {
            final LoadConfig load = LoadConfig.to(server.address())
                    .connections(16)
                    .items(ITEMS)
                    .rate(2_000)
                    .duration(Duration.ofSeconds(2L * BOUNDARIES + 2))
                    .build();
            int crossed = 0;
            try (BackgroundLoad running = BackgroundLoad.start(load, LoadListener.NONE)) {
                final ShopClient client = new ShopClient(server.address());
                while (running.isRunning() && crossed < BOUNDARIES) {
                    buyAcrossABoundary(client, crossed);
                    crossed++;
                }
                final LoadReport report = running.report(Duration.ofSeconds(60));
                assertEquals(0, report.unexpectedAnswers(Set.of(200, 409)), report.toText());
                assertEquals(0, report.counts().connectionErrors(), report.toText());
            }
            assertEquals(BOUNDARIES, crossed);
            assertEquals(0, server.terminate(Duration.ofSeconds(90)));
        }
        ServerProcess.verify(directory, SETTINGS);
    }

    /** Takes a hold late in a sale and buys it early in the next one. */
    private void buyAcrossABoundary(final ShopClient client, final int round) throws Exception {
        final long before = saleId(client);
        awaitMillisBeforeBoundary(250);
        UUID code = null;
        for (int item = 0; item < ITEMS && code == null; item++) {
            final ShopClient.Answer answer = client.checkout(-1 - round, item);
            code = answer.status() == 200 ? UUID.fromString(answer.body()) : null;
        }
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (saleId(client) == before) {
            assertTrue(System.nanoTime() - deadline < 0, "sale " + before + " did not close");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        if (code != null) {
            final ShopClient.Answer answer = client.purchase(code);
            assertEquals(200, answer.status(), "a hold was lost at the boundary: " + answer.body());
        }
    }

    private static void awaitMillisBeforeBoundary(final long millis) {
        while (System.currentTimeMillis() % 2_000 < 2_000 - millis) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    private static long saleId(final ShopClient client) throws Exception {
        return Long.parseLong(client.get("/sale")
                .body()
                .lines()
                .filter(line -> line.startsWith("sale_id: "))
                .findFirst()
                .orElseThrow()
                .substring("sale_id: ".length()));
    }
}
