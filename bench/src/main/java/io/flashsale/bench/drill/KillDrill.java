package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.bench.load.LoadConfig;
import java.io.PrintStream;
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

/**
 * Kills the real service under load, sometimes also while it starts, and holds the next one to what clients were told:
 * every code that was received can still be bought, every purchase that was answered is there. At the end PostgreSQL
 * must equal the journal.
 */
public final class KillDrill {
    private static final int CHECKED_A_ROUND = 400;
    private static final int CODES_BEFORE_KILL = 100;
    private static final int ITEMS = 200_000;
    private static final Duration START = Duration.ofSeconds(30);

    private final Path directory;
    private final Map<String, String> settings = new HashMap<>();
    private final PrintStream log;
    private final long seed;
    private final Random random;
    private final Ledger ledger = new Ledger();

    /**
     * A drill.
     *
     * @param directory empty; holds the data.
     * @param settings  of the service, beside those that the drill needs.
     * @param seed      of every random choice.
     * @param log       is told of each round.
     */
    public KillDrill(final Path directory, final Map<String, String> settings, final long seed, final PrintStream log) {
        this.directory = directory;
        this.settings.putAll(settings);
        this.settings.put("APP_ITEM_NUMBER", String.valueOf(ITEMS));
        this.settings.put("APP_USER_LIMIT", "1000");
        this.settings.put("APP_DRAIN_SECONDS", "60");
        this.log = log;
        this.seed = seed;
        random = new Random(seed);
    }

    /**
     * Runs the drill.
     *
     * @param rounds how often the service is killed under load.
     * @throws DrillFailedException if a promise was broken.
     * @throws Exception            if the drill could not be carried out.
     */
    public void run(final int rounds) throws Exception {
        log.println("seed " + seed);
        for (int round = 1; round <= rounds; round++) {
            loadAndKill(round);
            if (random.nextBoolean()) {
                killDuringStart();
            }
            checkPromises(round);
        }
        require(ledger.contradictions().isEmpty(), String.join("\n", ledger.contradictions()));
        checkProjection();
    }

    private void loadAndKill(final int round) throws Exception {
        final int before = ledger.codes();
        try (ServerProcess server = ServerProcess.serve(directory, settings).awaitReady(START)) {
            final LoadConfig load = LoadConfig.to(server.address())
                    .connections(16)
                    .depth(4)
                    .items(ITEMS)
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
            require(System.nanoTime() - deadline < 0, "round " + round + " saw only " + ledger.codes() + " codes");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private void killDuringStart() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, settings)) {
            TimeUnit.MILLISECONDS.sleep(100 + random.nextInt(1_500));
            server.kill();
        }
    }

    private void checkPromises(final int round) throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, settings).awaitReady(START)) {
            final ShopClient client = new ShopClient(server.address());
            final List<UUID> purchased = sample(Ledger.Fate.PURCHASED);
            for (final UUID code : purchased) {
                final ShopClient.Answer answer = client.purchase(code);
                require(isUsed(answer), "a purchase that was answered is lost: " + code + ": " + answer);
            }
            final List<UUID> issued = sample(Ledger.Fate.ISSUED);
            for (final UUID code : issued) {
                final ShopClient.Answer answer = client.purchase(code);
                require(answer.status() == 200, "a code that was received is lost: " + code + ": " + answer);
                ledger.settle(code, Ledger.Fate.PURCHASED);
            }
            final List<UUID> uncertain = sample(Ledger.Fate.UNCERTAIN);
            for (final UUID code : uncertain) {
                final ShopClient.Answer answer = client.purchase(code);
                require(answer.status() == 200 || isUsed(answer), "a code that was received is lost: " + answer);
                ledger.settle(code, Ledger.Fate.PURCHASED);
            }
            require(ledger.with(Ledger.Fate.REFUSED).isEmpty(), "a purchase with a live code was refused");
            log.println("round " + round + ": " + ledger.codes() + " codes seen; kept: " + purchased.size()
                    + " purchases, " + issued.size() + " codes, " + uncertain.size() + " unanswered purchases");
            server.kill();
        }
    }

    private static boolean isUsed(final ShopClient.Answer answer) {
        return answer.status() == 409 && answer.body().contains("used");
    }

    private List<UUID> sample(final Ledger.Fate fate) {
        final List<UUID> codes = ledger.with(fate);
        Collections.shuffle(codes, random);
        return codes.subList(0, Math.min(codes.size(), CHECKED_A_ROUND));
    }

    private void checkProjection() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, settings).awaitReady(START)) {
            final int exitCode = server.terminate(Duration.ofSeconds(90));
            require(exitCode == 0, "SIGTERM ended with exit code " + exitCode + ":\n" + server.output());
        }
        ServerProcess.verify(directory, settings);
        log.println("PostgreSQL equals the journal");
    }
}
