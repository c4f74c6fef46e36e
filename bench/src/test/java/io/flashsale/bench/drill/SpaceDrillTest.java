package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.bench.load.LoadConfig;
import io.flashsale.bench.load.LoadListener;
import io.flashsale.bench.load.LoadReport;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.Recovered;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk fills up under the real service and is cleared again: it refuses with 503 meanwhile, and nothing is lost. Needs
 * the right to mount a small file system, and is skipped without.
 */
class SpaceDrillTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Map<String, String> SETTINGS =
            Map.of("DB_HOST", "none", "APP_ITEM_NUMBER", "1000", "APP_USER_LIMIT", "1000");

    @TempDir
    private Path directory;

    private SmallDisk disk;

    @BeforeEach
    void mount() throws Exception {
        disk = SmallDisk.mount(directory, 192).orElse(null);
        Assumptions.assumeTrue(disk != null, "no right to mount a file system here");
        Files.createSymbolicLink(
                directory.resolve("data"), Files.createDirectory(disk.root().resolve("data")));
    }

    @AfterEach
    void unmount() {
        if (disk != null) {
            disk.close();
        }
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void shouldAnswer503OnAFullDiskAndSellAgainWhenThereIsSpace() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(PATIENCE)) {
            final ShopClient client = new ShopClient(server.address());
            assertEquals(200, client.checkout(1, 1).status());
            disk.fill();
            // What was filled ahead is used up; then commands are refused, by name.
            final LoadConfig load = LoadConfig.to(server.address())
                    .connections(16)
                    .depth(16)
                    .items(1_000)
                    .duration(Duration.ofSeconds(5))
                    .build();
            final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(90);
            while (client.get("/health/ready").status() != 503) {
                assertTrue(System.nanoTime() - deadline < 0, "what was filled ahead is not used up");
                try (BackgroundLoad running = BackgroundLoad.start(load, LoadListener.NONE)) {
                    final LoadReport report = running.report(Duration.ofSeconds(60));
                    assertEquals(0, report.unexpectedAnswers(Set.of(200, 409, 503)), report.toText());
                }
            }
            final ShopClient.Answer refused = client.checkout(2, 2);
            assertEquals(503, refused.status(), refused.body());
            assertTrue(client.get("/health/ready").body().contains("disk"), "the reason is shown");
            assertEquals(200, client.get("/health/live").status());

            disk.free();
            awaitStatus(client, 200);
            assertTrue(Set.of(200, 409).contains(client.checkout(2, 2).status()));

            // Killed on a full disk, it starts again with what it had filled ahead.
            disk.fill();
            server.kill();
        }
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(PATIENCE)) {
            assertEquals(409, new ShopClient(server.address()).checkout(7, 1).status(), "not forgotten");
            disk.fill();
        }
        // Without anything to give back it cannot, says so, and uses up nothing by trying.
        trimNewestSegment();
        disk.fill();
        for (int attempt = 0; attempt < 2; attempt++) {
            assertNoSpace(directory.resolve("data"));
        }
        assertNoSpace(disk.root().resolve("new"));
        disk.free();
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(PATIENCE)) {
            final ShopClient client = new ShopClient(server.address());
            assertEquals(409, client.checkout(7, 1).status(), "the first checkout was not forgotten");
            assertEquals(0, server.terminate(PATIENCE));
        }
        final ServerProcess.Result replayed =
                ServerProcess.run(directory, SETTINGS, PATIENCE, "replay", "--data-dir=" + directory.resolve("data"));
        assertEquals(0, replayed.exitCode(), replayed.output());
        assertTrue(replayed.output().contains("clean"), replayed.output());
    }

    private void trimNewestSegment() throws IOException {
        final ChronicleSegmentStorage storage = new ChronicleSegmentStorage(directory.resolve("data/journal"));
        final Recovered recovered =
                JournalRecovery.recover(storage, 1, List.of(), (first, count, timestamp, buffer, offset) -> {});
        storage.trim(recovered.tail().segment(), recovered.tail().end());
    }

    private void assertNoSpace(final Path data) throws IOException {
        final ServerProcess.Result failed = ServerProcess.run(
                directory, SETTINGS, PATIENCE, "serve", "--port=0", "--metrics-port=0", "--data-dir=" + data);
        assertEquals(1, failed.exitCode(), failed.output());
        assertEquals(1, failed.output().lines().count(), failed.output());
        assertTrue(
                failed.output()
                        .matches(
                                "flash-sale: no space left in APP_DATA_DIR=" + data + ": [\\d,]+ bytes are free.*\\s*"),
                failed.output());
    }

    private static void awaitStatus(final ShopClient client, final int status) throws Exception {
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (client.get("/health/ready").status() != status) {
            assertTrue(System.nanoTime() - deadline < 0, "not " + status + " in time");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
