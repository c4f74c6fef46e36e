package io.flashsale.bench.http;

import io.flashsale.bench.http.HttpClientRun.ClientFigures;
import io.flashsale.bench.process.Launch;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Runs the two servers in turn, both warm and both up all the time, so that whatever the machine does meanwhile meets
 * both. The ratio is taken round by round; its median and its spread are what counts.
 */
final class HttpComparison {
    private static final double CLIENT_BOUND = 0.95;
    private static final Set<Integer> EXPECTED = Set.of(200, 409);

    private final List<String> benchProgram;
    private final List<String> serviceProgram;
    private final Path directory;
    private final Map<String, String> settings;
    private final HttpClientRun client;
    private final PrintStream out;

    /**
     * Assigns.
     *
     * @param benchProgram   runs the bench module's commands: the launcher, so that both get the flags that users get.
     * @param serviceProgram runs the service's commands.
     * @param directory      holds the service's data and both outputs.
     * @param settings       of the service.
     * @param client         that sends the requests.
     * @param out            gets a line a turn, and the tables.
     */
    HttpComparison(
            final List<String> benchProgram,
            final List<String> serviceProgram,
            final Path directory,
            final Map<String, String> settings,
            final HttpClientRun client,
            final PrintStream out) {
        this.benchProgram = benchProgram;
        this.serviceProgram = serviceProgram;
        this.directory = directory;
        this.settings = settings;
        this.client = client;
        this.out = out;
    }

    /**
     * Compares.
     *
     * @param loads   numbers of connections and depth.
     * @param rounds  turns of each server for each load.
     * @param warmup  of each server before the first round of a load.
     * @param seconds of a turn.
     * @param eventLoops of each server.
     * @throws IOException if a server, the client or an answer failed.
     */
    void run(
            final List<Load> loads,
            final int rounds,
            final Duration warmup,
            final Duration seconds,
            final int eventLoops)
            throws IOException, InterruptedException {
        final int barePort = Launch.freePort();
        final int port = Launch.freePort();
        final int adminPort = Launch.freePort();
        final Map<String, String> service = new HashMap<>(settings);
        service.putIfAbsent("DB_HOST", "none");
        service.put("APP_EVENT_LOOPS", Integer.toString(eventLoops));
        out.printf(Locale.ROOT, "client: %s; service: %s%n", client.name(), service);
        try (BenchedServer bare = BenchedServer.start(
                        benchProgram,
                        directory,
                        barePort,
                        Map.of(),
                        "bench",
                        "bare",
                        "--event-loops=" + eventLoops,
                        "--port=" + barePort);
                BenchedServer sale = BenchedServer.start(
                        serviceProgram,
                        directory,
                        port,
                        service,
                        "serve",
                        "--app-host=127.0.0.1",
                        "--port=" + port,
                        "--metrics-port=" + adminPort,
                        "--data-dir=" + directory.resolve("data"))) {
            final ServiceAnswers answers = new ServiceAnswers(adminPort);
            for (final Load load : loads) {
                client.run(bare.address(), load.connections, load.depth, warmup);
                client.run(sale.address(), load.connections, load.depth, warmup);
                compare(bare, sale, answers, load, rounds, seconds);
            }
        }
    }

    private void compare(
            final BenchedServer bare,
            final BenchedServer sale,
            final ServiceAnswers answers,
            final Load load,
            final int rounds,
            final Duration seconds)
            throws IOException, InterruptedException {
        final List<Round> bareRounds = new ArrayList<>();
        final List<Round> saleRounds = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            bareRounds.add(turn(bare, load, seconds));
            final Map<Integer, Long> before = answers.byStatus();
            saleRounds.add(turn(sale, load, seconds));
            requireExpected(before, answers.byStatus());
            out.printf(
                    Locale.ROOT,
                    "round %d: bare %.0f, service %.0f requests/s%n",
                    round + 1,
                    bareRounds.get(round).perSecond(),
                    saleRounds.get(round).perSecond());
        }
        report(load, bareRounds, saleRounds);
    }

    private Round turn(final BenchedServer server, final Load load, final Duration seconds)
            throws IOException, InterruptedException {
        final long cpu = server.cpuNanos();
        final ClientFigures seen = client.run(server.address(), load.connections, load.depth, seconds);
        if (seen.requests() == 0) {
            throw new IOException("not one request was answered");
        }
        final double cpuMicros = (server.cpuNanos() - cpu) / 1e3 / seen.requests();
        return new Round(seen.perSecond(), cpuMicros, seen.p50Nanos(), seen.p99Nanos(), seen.busy());
    }

    /** A refusal for lack of room is fast, and no sale. */
    private static void requireExpected(final Map<Integer, Long> before, final Map<Integer, Long> after)
            throws IOException {
        for (final Map.Entry<Integer, Long> answer : after.entrySet()) {
            final long count = answer.getValue() - before.getOrDefault(answer.getKey(), 0L);
            if (count > 0 && !EXPECTED.contains(answer.getKey())) {
                throw new IOException("the service answered " + answer.getKey() + " " + count + " times in a round");
            }
        }
    }

    private void report(final Load load, final List<Round> bare, final List<Round> sale) {
        final double[] rates = new double[bare.size()];
        final double[] costs = new double[bare.size()];
        for (int i = 0; i < rates.length; i++) {
            rates[i] = sale.get(i).perSecond() / bare.get(i).perSecond();
            costs[i] = sale.get(i).cpuMicros() / bare.get(i).cpuMicros();
        }
        out.printf(Locale.ROOT, "%n%d connections, %d in flight on each%n", load.connections, load.depth);
        out.println(Round.header());
        out.println(Round.row("bare Netty", bare));
        out.println(Round.row("the service", sale));
        out.printf(Locale.ROOT, "ratio of requests/s: %s%nratio of CPU/request: %s%n%n", spread(rates), spread(costs));
        if (Round.median(bare, Round::clientBusy) > CLIENT_BOUND) {
            out.println("note: the client was the bottleneck of bare Netty's rounds");
        }
        if (Round.median(sale, Round::clientBusy) > CLIENT_BOUND) {
            out.println("note: the client was the bottleneck of the service's rounds");
        }
    }

    private static String spread(final double... ratios) {
        double least = Double.MAX_VALUE;
        double most = 0;
        for (final double ratio : ratios) {
            least = Math.min(least, ratio);
            most = Math.max(most, ratio);
        }
        return String.format(Locale.ROOT, "median %.2f (%.2f to %.2f)", Round.median(ratios), least, most);
    }

    /**
     * How much is asked at once.
     *
     * @param connections keep-alive connections.
     * @param depth       requests in flight on each.
     */
    record Load(int connections, int depth) {}
}
