package io.flashsale.bench.http;

import io.flashsale.bench.http.HttpClientRun.ClientFigures;
import io.flashsale.bench.result.BenchResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a request costs with more items and with fewer and more users than usual, and as the journal grows: one service with
 * an ordinary sale and one with a large one, both up all the time, each case in turn. The ratio to the ordinary case is taken
 * round by round.
 */
final class GrowthComparison {
    static final String ORDINARY = "10,000 items, 1,000,000 users";

    private static final int MANY_ITEMS = 1_000_000;
    private static final int FEW_USERS = 10;
    private static final int MANY_USERS = 10_000_000;
    private static final String GROUP = "growth";
    private static final String JOURNAL = "journal_mib";
    private static final double MEBIBYTE = 1_024 * 1_024;

    private final List<String> serviceProgram;
    private final Path directory;
    private final Map<String, String> settings;
    private final HttpClientRun client;
    private final PrintStream out;

    /**
     * Assigns.
     *
     * @param serviceProgram runs the service's commands.
     * @param directory      holds the services' data and all outputs.
     * @param settings       of both services.
     * @param client         that sends the requests.
     * @param out            gets a line a turn, and the table.
     */
    GrowthComparison(
            final List<String> serviceProgram,
            final Path directory,
            final Map<String, String> settings,
            final HttpClientRun client,
            final PrintStream out) {
        this.serviceProgram = serviceProgram;
        this.directory = directory;
        this.settings = settings;
        this.client = client;
        this.out = out;
    }

    /** One service and what it is asked. */
    private record Case(String name, BenchedService service, Load load) {}

    /**
     * Compares.
     *
     * @param connections of the client.
     * @param rounds      turns of each case.
     * @param warmup      of each case; four times as long where there are many items, so that most are held as in the others.
     * @param seconds     of a turn.
     * @return every round.
     * @throws IOException if a service, the client or an answer failed.
     */
    BenchResult run(final int connections, final int rounds, final Duration warmup, final Duration seconds)
            throws IOException, InterruptedException {
        final BenchResult result = new BenchResult(GROUP, directory)
                .setting("client", client.name())
                .setting("connections", connections)
                .setting("rounds", rounds)
                .setting("seconds", seconds.toSeconds())
                .setting("service", settings);
        out.println(result.machineLine());
        out.printf(Locale.ROOT, "client: %s, %d connections; service: %s%n", client.name(), connections, settings);
        final List<BenchedService> services = new ArrayList<>();
        try {
            final BenchedService small = start("small", Load.ITEMS, services);
            final BenchedService large = start("large", MANY_ITEMS, services);
            final List<Case> cases = List.of(
                    new Case(ORDINARY, small, Load.of(connections, 1)),
                    new Case("10 users", small, new Load(connections, 1, FEW_USERS, Load.ITEMS)),
                    new Case("10,000,000 users", small, new Load(connections, 1, MANY_USERS, Load.ITEMS)),
                    new Case("1,000,000 items", large, new Load(connections, 1, Load.USERS, MANY_ITEMS)));
            for (final Case each : cases) {
                final boolean many = each.load.items() == MANY_ITEMS;
                client.run(each.service.server().address(), each.load, many ? warmup.multipliedBy(4) : warmup);
            }
            for (int round = 1; round <= rounds; round++) {
                for (final Case each : cases) {
                    turn(each, round, seconds, result);
                }
            }
            report(cases, result);
        } finally {
            services.forEach(BenchedService::close);
        }
        return result;
    }

    private BenchedService start(final String name, final int items, final List<BenchedService> services)
            throws IOException, InterruptedException {
        final Map<String, String> service = new HashMap<>(settings);
        service.putIfAbsent("DB_HOST", "none");
        // Nothing that was held comes free while it is measured.
        service.put("APP_HOLD_SECONDS", "3600");
        service.put("APP_ITEM_NUMBER", Integer.toString(items));
        final BenchedService started = BenchedService.start(serviceProgram, directory.resolve(name), service);
        services.add(started);
        return started;
    }

    private void turn(final Case each, final int round, final Duration seconds, final BenchResult result)
            throws IOException, InterruptedException {
        final BenchedService service = each.service;
        final double journal = service.metrics().value("flashsale_journal_bytes_total") / MEBIBYTE;
        final Map<Integer, Long> before = service.metrics().byStatus();
        final long cpu = service.server().cpuNanos();
        final ClientFigures seen = client.run(service.server().address(), each.load, seconds);
        final Map<String, Object> values =
                HttpComparison.round(service.server(), cpu, seen).values();
        HttpComparison.requireExpected(before, service.metrics().byStatus(), seen.requests());
        values.put(JOURNAL, journal);
        result.add(GROUP, each.name, round, values);
        out.printf(
                Locale.ROOT,
                "round %d: %-30s %8.0f requests/s, %5.2f us CPU/request, after %,6.0f MiB of journal%n",
                round,
                each.name,
                (Double) values.get(Round.RATE),
                (Double) values.get(Round.CPU),
                journal);
    }

    private void report(final List<Case> cases, final BenchResult result) {
        out.printf(Locale.ROOT, "%n%s%n", Round.header());
        for (final Case each : cases) {
            out.println(Round.row(result, GROUP, each.name));
        }
        for (final Case each : cases.subList(1, cases.size())) {
            out.printf(
                    Locale.ROOT,
                    "CPU/request, %s to %s: %s%n",
                    each.name,
                    ORDINARY,
                    result.ratio(GROUP, each.name, ORDINARY, Round.CPU).text(2));
        }
    }
}
