package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.bench.load.LoadConfig;
import io.flashsale.bench.load.LoadReport;
import io.flashsale.bench.process.Launch;
import io.flashsale.projector.DatabaseConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * The service of a rehearsed day: one process after the other on the same data, each with a load of its own, and what was
 * seen of them. For one thread, except {@link #close()}.
 */
final class DayService implements AutoCloseable {
    /** A start, or an answer, on a machine that does other things as well. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final int CONNECTIONS = 8;
    private static final double PURCHASE_SHARE = 0.8;
    private static final int SALE_PATIENCE_SECONDS = 30;

    private final Path directory;
    private final DayPlan plan;
    private final DatabaseConfig database;
    private final Ledger ledger;
    private final Random random;
    private final SortedMap<Long, DayPlan.Rules> sales = new TreeMap<>();
    private final List<List<Footprint>> lives = new ArrayList<>();
    private DayPlan.Rules configured;
    private volatile ServerProcess server;
    private volatile BackgroundLoad load;
    private ShopClient client;
    private long answers;

    DayService(
            final Path directory,
            final DayPlan plan,
            final DatabaseConfig database,
            final Ledger ledger,
            final long seed) {
        this.directory = directory;
        this.plan = plan;
        this.database = database;
        this.ledger = ledger;
        random = new Random(seed);
    }

    /** Starts a process, once the one before has ended. */
    void start(final DayPlan.Rules rules) throws IOException, InterruptedException {
        configured = rules;
        server = ServerProcess.serve(directory, settings());
        server.awaitReady(PATIENCE);
        client = new ShopClient(server.address());
        lives.add(new ArrayList<>());
        look();
    }

    Map<String, String> settings() {
        final Map<String, String> settings = new HashMap<>(plan.settings(configured));
        settings.putAll(Launch.settings(database));
        return settings;
    }

    ServerProcess server() {
        return server;
    }

    ShopClient client() {
        return client;
    }

    /** The sales that were seen open, and their rules. */
    SortedMap<Long, DayPlan.Rules> sales() {
        return sales;
    }

    /** Samples of each process, one after each sale. */
    List<List<Footprint>> lives() {
        return lives;
    }

    /** What the loads were answered. */
    long answers() {
        return answers;
    }

    /** How many sales ago the day began, those included that nobody saw. */
    long salesPassed() {
        return sales.isEmpty() ? 0 : (sales.lastKey() - sales.firstKey()) / plan.saleSeconds();
    }

    private LoadConfig.Builder loadConfig() {
        return LoadConfig.to(server.address())
                .connections(CONNECTIONS)
                .items(configured.items())
                .users(DayPlan.USERS)
                .purchaseShare(PURCHASE_SHARE)
                .seed(random.nextLong());
    }

    /** Starts the day's load, which goes on until it is told to stop or the process ends. */
    void startLoad() {
        load = BackgroundLoad.start(
                loadConfig().rate(plan.rate()).duration(Duration.ofDays(1)).build(), ledger);
    }

    /** Ends a load that nothing must have happened to. */
    void finishLoad() throws InterruptedException, ExecutionException, TimeoutException {
        final LoadReport report = endLoad();
        require(report.unexpectedAnswers(Set.of(200, 409)) == 0, "answers other than 200 and 409:\n" + report.toText());
        require(report.counts().connectionErrors() == 0, "connection errors:\n" + report.toText());
    }

    /** Ends a load whose service was stopped. */
    void finishInterruptedLoad() throws InterruptedException, ExecutionException, TimeoutException {
        final LoadReport report = endLoad();
        require(
                report.unexpectedAnswers(Set.of(200, 409, 503)) == 0,
                "answers other than 200, 409 and 503:\n" + report.toText());
    }

    /** A load as fast as it gets, until the service says that it cannot sell. */
    void loadUntilRefused() throws Exception {
        final LoadConfig fast =
                loadConfig().connections(16).depth(16).duration(PATIENCE).build();
        try (BackgroundLoad burst = BackgroundLoad.start(fast, ledger)) {
            HealthWatch.awaitReadiness(client, 503);
            burst.stop();
            final LoadReport report = burst.report(PATIENCE);
            require(report.unexpectedAnswers(Set.of(200, 409, 503)) == 0, "other answers:\n" + report.toText());
            require(report.counts().connectionErrors() == 0, "connection errors:\n" + report.toText());
            answers += report.statuses().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
        }
    }

    private LoadReport endLoad() throws InterruptedException, ExecutionException, TimeoutException {
        load.stop();
        final LoadReport report = load.report(PATIENCE);
        load = null;
        answers +=
                report.statuses().values().stream().mapToLong(Long::longValue).sum();
        return report;
    }

    /** Notes the open sale and its rules. */
    SaleView look() throws IOException, InterruptedException {
        return note(SaleView.of(client));
    }

    /** Waits for the next sale to open, and then looks at what the process takes up. */
    SaleView passSale() throws IOException, InterruptedException {
        final SaleView sale = note(SaleView.after(client, sales.lastKey(), SALE_PATIENCE_SECONDS));
        lives.get(lives.size() - 1).add(Footprint.of(server, directory, directory.resolve("data")));
        return sale;
    }

    private SaleView note(final SaleView sale) {
        require(sale.id() % plan.saleSeconds() == 0, "sale " + sale.id() + " opened beside its boundary");
        require(sales.isEmpty() || sale.id() >= sales.lastKey(), "sale " + sale.id() + " after " + sales.keySet());
        final DayPlan.Rules rules =
                sale.total() == configured.items() ? configured : sales.get(sales.isEmpty() ? 0 : sales.lastKey());
        require(rules != null && rules.items() == sale.total(), "nobody has configured " + sale);
        final DayPlan.Rules before = sales.put(sale.id(), rules);
        require(before == null || before.equals(rules), "sale " + sale.id() + " has changed its rules");
        return sale;
    }

    /** Kills what runs. Again does nothing. */
    @Override
    public void close() {
        final BackgroundLoad running = load;
        if (running != null) {
            running.close();
        }
        final ServerProcess process = server;
        if (process != null) {
            process.close();
        }
    }
}
