package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.bench.load.LoadConfig;
import io.flashsale.bench.load.LoadGenerator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills the real service under load, and holds the next one to what clients were told. */
class KillDrillTest {
    private static final int ROUNDS = 6;
    private static final int CHECKED_A_ROUND = 400;
    private static final Duration START = Duration.ofSeconds(30);
    private static final Map<String, String> SETTINGS = Map.of("APP_ITEM_NUMBER", "200000", "APP_USER_LIMIT", "1000");

    @TempDir
    private Path directory;

    private final long seed = Long.getLong("flashsale.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Ledger ledger = new Ledger();

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void shouldKeepEveryAnswerThroughKillMinusNine() throws Exception {
        System.out.println("seed " + seed + " (reproduce with -Dflashsale.seed=" + seed + ")");
        for (int round = 0; round < ROUNDS; round++) {
            loadAndKill(round);
            if (random.nextBoolean()) {
                killDuringStart();
            }
            checkPromises();
        }
        assertEquals(List.of(), ledger.contradictions());
        assertProjectionEqualsJournal();
    }

    private void loadAndKill(final int round) throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(START)) {
            final LoadConfig load = LoadConfig.to(server.address())
                    .connections(16)
                    .depth(4)
                    .items(200_000)
                    .users(50_000)
                    .purchaseShare(0.5)
                    .duration(Duration.ofSeconds(20))
                    .seed(random.nextLong())
                    .build();
            final CompletableFuture<?> running =
                    CompletableFuture.supplyAsync(() -> new LoadGenerator(load, ledger).run());
            final long killAfter = 300 + random.nextInt(900);
            TimeUnit.MILLISECONDS.sleep(killAfter);
            server.kill();
            running.get(30, TimeUnit.SECONDS);
            assertTrue(!ledger.with(Ledger.Fate.ISSUED).isEmpty(), "round " + round + " saw no code");
        }
    }

    private void killDuringStart() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS)) {
            TimeUnit.MILLISECONDS.sleep(100 + random.nextInt(1_500));
            server.kill();
        }
    }

    private void checkPromises() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(START)) {
            final ShopClient client = new ShopClient(server.address());
            for (final UUID code : sample(Ledger.Fate.PURCHASED)) {
                final ShopClient.Answer answer = client.purchase(code);
                assertEquals(409, answer.status(), "a purchase that was answered is lost: " + code);
                assertTrue(answer.body().contains("used"), code + ": " + answer.body());
            }
            for (final UUID code : sample(Ledger.Fate.ISSUED)) {
                assertEquals(200, client.purchase(code).status(), "a code that was received is lost: " + code);
                ledger.settle(code, Ledger.Fate.PURCHASED);
            }
            for (final UUID code : sample(Ledger.Fate.UNCERTAIN)) {
                final ShopClient.Answer answer = client.purchase(code);
                assertTrue(answer.status() == 200 || answer.body().contains("used"), code + ": " + answer.body());
                ledger.settle(code, Ledger.Fate.PURCHASED);
            }
            assertEquals(List.of(), ledger.with(Ledger.Fate.REFUSED));
            server.kill();
        }
    }

    private List<UUID> sample(final Ledger.Fate fate) {
        final List<UUID> codes = ledger.with(fate);
        java.util.Collections.shuffle(codes, random);
        return codes.subList(0, Math.min(codes.size(), CHECKED_A_ROUND));
    }

    private void assertProjectionEqualsJournal() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(START)) {
            final Map<String, String> drain = new HashMap<>(SETTINGS);
            drain.put("APP_DRAIN_SECONDS", "60");
            assertEquals(0, server.terminate(Duration.ofSeconds(90)));
        }
        final ServerProcess.Result verified = ServerProcess.run(
                directory,
                SETTINGS,
                Duration.ofMinutes(2),
                "replay",
                "--verify",
                "--data-dir=" + directory.resolve("data"));
        assertEquals(0, verified.exitCode(), verified.output());
    }
}
