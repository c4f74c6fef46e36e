package io.flashsale.bench.http;

import io.flashsale.bench.http.HttpClientRun.ClientFigures;
import io.flashsale.bench.process.Launch;
import io.flashsale.bench.result.BenchResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Runs the servers in turn, all warm and all up all the time, so that whatever the machine does meanwhile meets each. The
 * ratio is taken round by round; its median and its spread are what counts.
 */
final class HttpComparison {
    static final String BARE = "bare Netty";
    static final String NGINX = "nginx";
    static final String SERVICE = "the service";

    private static final String LAG = "lag_commands";
    private static final String NO_LAG = "lag_gone_after_s";
    private static final double CLIENT_BOUND = 0.95;
    private static final Set<Integer> EXPECTED = Set.of(200, 409);
    private static final Duration CATCH_UP = Duration.ofMinutes(10);

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
     * @param directory      holds the service's data and all outputs.
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
     * How long, and beside what.
     *
     * @param rounds     turns of each server for each load.
     * @param warmup     of each server before the first round of a load.
     * @param seconds    of a turn.
     * @param eventLoops of each server in Java.
     * @param nginx      whether nginx takes part.
     * @param projector  whether the service projects into its embedded PostgreSQL meanwhile.
     */
    record Plan(int rounds, Duration warmup, Duration seconds, int eventLoops, boolean nginx, boolean projector) {}

    /**
     * Compares.
     *
     * @param loads one after the other.
     * @param plan  of the turns.
     * @return every round.
     * @throws IOException if a server, the client or an answer failed.
     */
    BenchResult run(final List<Load> loads, final Plan plan) throws IOException, InterruptedException {
        final Map<String, String> service = new HashMap<>(settings);
        if (!plan.projector) {
            service.putIfAbsent("DB_HOST", "none");
        }
        service.put("APP_EVENT_LOOPS", Integer.toString(plan.eventLoops));
        final BenchResult result = new BenchResult("http", directory)
                .setting("client", client.name())
                .setting("rounds", plan.rounds)
                .setting("seconds", plan.seconds.toSeconds())
                .setting("event_loops", plan.eventLoops)
                .setting("projector", plan.projector)
                .setting("service", service);
        out.println(result.machineLine());
        out.printf(Locale.ROOT, "client: %s; service: %s%n", client.name(), service);
        final Map<String, BenchedServer> servers = new LinkedHashMap<>();
        try {
            servers.put(BARE, startBare(plan));
            if (plan.nginx) {
                servers.put(NGINX, NginxServer.start(directory, Launch.freePort()));
            }
            final BenchedService started = BenchedService.start(serviceProgram, directory.resolve("data"), service);
            servers.put(SERVICE, started.server());
            final ServiceMetrics metrics = started.metrics();
            if (plan.projector) {
                metrics.awaitNoLag(CATCH_UP);
            }
            for (final Load load : loads) {
                for (final BenchedServer server : servers.values()) {
                    client.run(server.address(), load, plan.warmup);
                }
                compare(servers, metrics, load, plan, result);
                report(servers.keySet(), load, result);
            }
        } finally {
            servers.values().forEach(BenchedServer::close);
        }
        return result;
    }

    private BenchedServer startBare(final Plan plan) throws IOException {
        final int port = Launch.freePort();
        return BenchedServer.start(
                benchProgram,
                directory,
                port,
                Map.of(),
                "bench",
                "bare",
                "--event-loops=" + plan.eventLoops,
                "--port=" + port);
    }

    private void compare(
            final Map<String, BenchedServer> servers,
            final ServiceMetrics metrics,
            final Load load,
            final Plan plan,
            final BenchResult result)
            throws IOException, InterruptedException {
        for (int round = 1; round <= plan.rounds; round++) {
            final StringBuilder line = new StringBuilder();
            for (final Map.Entry<String, BenchedServer> server : servers.entrySet()) {
                final boolean service = server.getKey().equals(SERVICE);
                if (service && plan.projector) {
                    metrics.awaitNoLag(CATCH_UP);
                }
                final Map<Integer, Long> before = service ? metrics.byStatus() : null;
                final long cpu = server.getValue().cpuNanos();
                final ClientFigures seen = client.run(server.getValue().address(), load, plan.seconds);
                final Map<String, Object> values =
                        round(server.getValue(), cpu, seen).values();
                if (service) {
                    requireExpected(before, metrics.byStatus(), seen.requests());
                    if (plan.projector) {
                        addLag(metrics, values);
                    }
                } else if (seen.refused() > 0) {
                    throw new IOException(server.getKey() + " answered " + seen.refused() + " requests by an error");
                }
                result.add(load.name(), server.getKey(), round, values);
                line.append(line.isEmpty() ? "" : ", ").append(server.getKey());
                line.append(String.format(Locale.ROOT, " %.0f", (Double) values.get(Round.RATE)));
                if (values.containsKey(LAG)) {
                    line.append(String.format(
                            Locale.ROOT, " (lag %.0f commands, gone after %.2f s)", (Double) values.get(LAG), (Double)
                                    values.get(NO_LAG)));
                }
            }
            out.printf(Locale.ROOT, "round %d: %s requests/s%n", round, line);
        }
    }

    private static void addLag(final ServiceMetrics metrics, final Map<String, Object> values)
            throws IOException, InterruptedException {
        values.put(LAG, metrics.value("flashsale_projector_lag_commands"));
        values.put(NO_LAG, metrics.awaitNoLag(CATCH_UP) / 1e9);
    }

    /** What a client has seen since then, and the server's share. */
    static Round round(final BenchedServer server, final long cpuBefore, final ClientFigures seen) throws IOException {
        if (seen.requests() == 0) {
            throw new IOException("not one request was answered");
        }
        final double cpuMicros = (server.cpuNanos() - cpuBefore) / 1e3 / seen.requests();
        return new Round(seen.perSecond(), cpuMicros, seen.p50Nanos(), seen.p99Nanos(), seen.busy(), server.memory());
    }

    /** A refusal for lack of room is fast, and no sale; and what the service did not answer, somebody else did. */
    static void requireExpected(final Map<Integer, Long> before, final Map<Integer, Long> after, final long seen)
            throws IOException {
        long answered = 0;
        for (final Map.Entry<Integer, Long> answer : after.entrySet()) {
            final long count = answer.getValue() - before.getOrDefault(answer.getKey(), 0L);
            if (count > 0 && !EXPECTED.contains(answer.getKey())) {
                throw new IOException("the service answered " + answer.getKey() + " " + count + " times in a round");
            }
            answered += count;
        }
        if (answered < seen) {
            throw new IOException("the client saw " + seen + " answers, of which the service gave " + answered);
        }
    }

    private void report(final Set<String> names, final Load load, final BenchResult result) {
        final String group = load.name();
        out.printf(Locale.ROOT, "%n%s%n%s%n", group, Round.header());
        names.forEach(name -> out.println(Round.row(result, group, name)));
        for (final String name : names) {
            if (!name.equals(SERVICE)) {
                out.printf(
                        Locale.ROOT,
                        "ratio of requests/s to %s: %s; of CPU/request: %s%n",
                        name,
                        result.ratio(group, SERVICE, name, Round.RATE).text(2),
                        result.ratio(group, SERVICE, name, Round.CPU).text(2));
            }
        }
        for (final String name : names) {
            if (result.spread(group, name, Round.CLIENT_BUSY).median() > CLIENT_BOUND) {
                out.println("note: the client was the bottleneck of the rounds of " + name);
            }
        }
        out.println();
    }
}
