package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.bench.load.LoadConfig;
import io.flashsale.bench.load.LoadGenerator;
import io.flashsale.bench.load.LoadReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Far more attempts than items within one sale: exactly all items are sold, no user has more than the limit, every answer
 * is a 200 or a 409, and PostgreSQL equals the journal.
 */
public final class FullSaleDrill {
    private static final int ITEMS = 10_000;
    private static final int LIMIT = 10;
    /** So few that many reach the limit, and enough that all items can be sold. */
    private static final int USERS = 1_500;

    private final Path directory;
    private final PrintStream log;

    /**
     * A drill.
     *
     * @param directory empty; holds the data.
     * @param log       is told what was seen.
     */
    public FullSaleDrill(final Path directory, final PrintStream log) {
        this.directory = directory;
        this.log = log;
    }

    /**
     * Runs the drill.
     *
     * @param attempts    checkouts.
     * @param connections of the load.
     * @throws DrillFailedException if a promise was broken.
     * @throws Exception            if the drill could not be carried out.
     */
    public void run(final long attempts, final int connections) throws Exception {
        // A day, so that no boundary falls into the drill.
        final Map<String, String> settings = new HashMap<>();
        settings.put("APP_SALE_SECONDS", "86400");
        settings.put("APP_DRAIN_SECONDS", "120");
        final Ledger ledger = new Ledger();
        try (ServerProcess server = ServerProcess.serve(directory, settings).awaitReady(Duration.ofSeconds(30))) {
            final LoadReport report = new LoadGenerator(
                            LoadConfig.to(server.address())
                                    .connections(connections)
                                    .items(ITEMS)
                                    .users(USERS)
                                    .attempts(attempts)
                                    .build(),
                            ledger)
                    .run();
            log.print(report.toText());
            require(report.unexpectedAnswers(Set.of(200, 409)) == 0, "answers other than 200 and 409");
            require(report.counts().connectionErrors() == 0, "connection errors");
            final String sale = new ShopClient(server.address()).get("/sale").body();
            require(sale.contains("\nsold: " + ITEMS + "\n"), "not exactly " + ITEMS + " sold:\n" + sale);
            require(server.terminate(Duration.ofSeconds(150)) == 0, "SIGTERM did not end in exit code 0");
        }
        checkLedger(ledger);
        ServerProcess.verify(directory, settings);
        log.println("exactly " + ITEMS + " sold, no user above " + LIMIT + ", PostgreSQL equals the journal");
    }

    private static void checkLedger(final Ledger ledger) {
        require(ledger.contradictions().isEmpty(), String.join("\n", ledger.contradictions()));
        final Map<Long, Integer> purchases = new HashMap<>();
        int sold = 0;
        for (final UUID code : ledger.with(Ledger.Fate.PURCHASED)) {
            final int count = purchases.merge(ledger.userOf(code), 1, Integer::sum);
            require(count <= LIMIT, "user " + ledger.userOf(code) + " bought " + count);
            sold++;
        }
        require(sold == ITEMS, "clients were told of " + sold + " purchases");
    }
}
