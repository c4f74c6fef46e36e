package io.flashsale.bench.sale;

import static io.flashsale.bench.cli.CommandSettings.launcher;
import static io.flashsale.bench.cli.CommandSettings.require;

import io.flashsale.bench.http.BenchedService;
import io.flashsale.bench.process.Launch;
import io.flashsale.bench.process.RunDirectory;
import io.flashsale.bench.result.BenchResult;
import io.flashsale.bench.result.ResultOptions;
import io.flashsale.projector.DatabaseConfig;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import io.flashsale.server.postgres.PostgresStartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A whole sale on the command line. */
@Command(
        name = "sale",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Reserves and buys every item of a sale over HTTP, with PostgreSQL: how long until all are sold, until all",
            "rows are there, and how long a lone purchase takes to become a row. A round is a sale of its own, in one",
            "service and one PostgreSQL that the sales before have warmed up."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:an answer was no 200, or something did not happen", "2:a setting is wrong"})
public final class SaleBenchCommand implements Callable<Integer> {
    private static final String SERIES = "the service";
    private static final String LONE = "a lone purchase";

    @Spec
    private CommandSpec spec;

    @Option(names = "--items", paramLabel = "N", defaultValue = "10000", description = "Default: ${DEFAULT-VALUE}.")
    private int items;

    @Option(names = "--connections", paramLabel = "N", defaultValue = "64", description = "Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds before, not counted. Default: ${DEFAULT-VALUE}.")
    private int warmup;

    @Option(
            names = "--lone",
            paramLabel = "N",
            defaultValue = "20",
            description = "Lone purchases. Default: ${DEFAULT-VALUE}.")
    private int lone;

    @Option(
            names = "--sale-seconds",
            paramLabel = "S",
            defaultValue = "12",
            description = "Length of a sale, longer than it takes to sell it. Default: ${DEFAULT-VALUE}.")
    private int saleSeconds;

    @Option(names = "--set", description = "Setting of the service: --set APP_SYNC=never.")
    private Map<String, String> settings = Map.of();

    @Mixin
    private ResultOptions results;

    /** For picocli. */
    public SaleBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        require(spec, items >= 1 && items <= 1_000_000, "--items", "1 to 1000000");
        require(spec, connections >= 1 && connections <= 1_000, "--connections", "1 to 1000");
        require(spec, rounds >= 1 && rounds <= 100, "--rounds", "1 to 100");
        require(spec, warmup >= 0 && warmup <= 100, "--warmup", "0 to 100");
        require(spec, lone >= 0 && lone <= items, "--lone", "0 to --items");
        require(spec, saleSeconds >= 1 && saleSeconds <= 3_600, "--sale-seconds", "1 to 3600");
        final List<String> launcher = launcher(spec);
        try (RunDirectory scratch = RunDirectory.create("bench-sale-")) {
            final Path directory = scratch.path();
            final EmbeddedPostgresServer postgres = new EmbeddedPostgresServer(directory.resolve("postgres"));
            scratch.atEnd(postgres::stop);
            run(launcher, directory, postgres.start());
            return 0;
        } catch (final IOException | SQLException | PostgresStartException e) {
            spec.commandLine().getErr().println("bench sale: " + e.getMessage());
            return 1;
        }
    }

    private void run(final List<String> program, final Path directory, final DatabaseConfig database)
            throws IOException, InterruptedException, SQLException {
        final Map<String, String> service = new HashMap<>(settings);
        service.putAll(Launch.settings(database));
        service.put("APP_ITEM_NUMBER", Integer.toString(items));
        service.put("APP_SALE_SECONDS", Integer.toString(saleSeconds));
        final PrintWriter out = spec.commandLine().getOut();
        final BenchResult result = new BenchResult("sale", directory)
                .setting("items", items)
                .setting("connections", connections)
                .setting("rounds", rounds)
                .setting("warmup_rounds", warmup)
                .setting("settings", settings);
        out.println(result.machineLine());
        try (BenchedService started = BenchedService.start(program, directory.resolve("data"), service);
                SaleClient client = SaleClient.connect(started.server().address(), connections)) {
            final NewSale sales = new NewSale(started.metrics(), saleSeconds);
            try (SaleRows rows = sales.rows(database)) {
                for (int round = 1 - warmup; round <= rounds; round++) {
                    round(round, client, sales, rows, result, out);
                }
                // Not before: the service closes a connection that is idle for a minute.
                try (SaleClient single = SaleClient.connect(started.server().address(), 1)) {
                    lone(single, sales, rows, result);
                }
            }
        }
        out.println();
        print(result, items + " items", "sold_s", "all sold after, s", 3, out);
        print(result, items + " items", "rows_s", "all rows after, s", 3, out);
        if (lone > 0) {
            print(result, LONE, "row_ms", "a lone purchase's row after, ms", 1, out);
        }
        results.write(result, out);
    }

    private void round(
            final int round,
            final SaleClient client,
            final NewSale sales,
            final SaleRows rows,
            final BenchResult result,
            final PrintWriter out)
            throws IOException, InterruptedException, SQLException {
        final long sale = sales.await(rows, items);
        final long begin = System.nanoTime();
        final double sold = client.buy(0, items) / 1e9;
        rows.awaitSold(sale, items);
        final double projected = (System.nanoTime() - begin) / 1e9;
        sales.requireOpen(sale, "the sale of " + saleSeconds + " s closed meanwhile: give it more --sale-seconds");
        if (round > 0) {
            result.add(
                    items + " items",
                    SERIES,
                    round,
                    Map.of("sold_s", sold, "rows_s", projected, "requests_per_second", 2 * items / sold));
        }
        out.printf(
                Locale.ROOT,
                "%s: all sold after %.3f s, all rows after %.3f s%n",
                round > 0 ? "round " + round : "warm-up",
                sold,
                projected);
        out.flush();
    }

    /** One purchase at a time into an idle service: from the checkout's sending to the row that another connection sees. */
    private void lone(final SaleClient single, final NewSale sales, final SaleRows rows, final BenchResult result)
            throws IOException, InterruptedException, SQLException {
        long sale = lone > 0 ? sales.await(rows, items) : 0;
        for (int i = 0; i < lone; i++) {
            if (!sales.isOpenFor(sale, 1_000)) {
                sale = sales.await(rows, items);
            }
            final long begin = System.nanoTime();
            single.buy(i, 1);
            rows.awaitItem(sale, i);
            result.add(LONE, SERIES, i + 1, Map.of("row_ms", (System.nanoTime() - begin) / 1e6));
        }
    }

    private static void print(
            final BenchResult result,
            final String group,
            final String value,
            final String title,
            final int decimals,
            final PrintWriter out) {
        out.printf("%-34s %s%n", title, result.spread(group, SERIES, value).text(decimals));
    }
}
