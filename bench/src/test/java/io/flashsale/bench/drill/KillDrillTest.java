package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.bench.load.LoadConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills the real service under load, and holds the next one to what clients were told. */
class KillDrillTest {
    private static final int ROUNDS = 6;
    private static final int CHECKED_A_ROUND = 400;
    private static final int CODES_BEFORE_KILL = 100;
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
        final int before = ledger.codes();
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
            try (BackgroundLoad running = BackgroundLoad.start(load, ledger)) {
                awaitCodes(before + CODES_BEFORE_KILL, round);
                // A random moment is the point here, not a condition to wait for.
                TimeUnit.MILLISECONDS.sleep(random.nextInt(900));
                server.kill();
                running.report(Duration.ofSeconds(30));
            }
        }
    }

    private void awaitCodes(final int count, final int round) {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (ledger.codes() < count) {
            assertTrue(System.nanoTime() - deadline < 0, "round " + round + " saw only " + ledger.codes() + " codes");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
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
        Collections.shuffle(codes, random);
        return codes.subList(0, Math.min(codes.size(), CHECKED_A_ROUND));
    }

    private void assertProjectionEqualsJournal() throws Exception {
        final Map<String, String> patient = new HashMap<>(SETTINGS);
        patient.put("APP_DRAIN_SECONDS", "60");
        try (ServerProcess server = ServerProcess.serve(directory, patient).awaitReady(START)) {
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
