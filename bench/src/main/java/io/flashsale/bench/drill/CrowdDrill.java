package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.bench.load.AnswerClass;
import io.flashsale.bench.load.LatencySummary;
import io.flashsale.bench.load.LoadListener;
import io.flashsale.bench.load.LoadReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Clients that behave badly beside honest ones: that are slow, that do not read, that only connect, or that ask too much. The
 * honest ones go on being served; how fast is shown beside what they get when they are alone.
 */
public final class CrowdDrill {
    private static final double HONEST_RATE = 200;
    private static final Duration MEASURED = Duration.ofSeconds(8);
    private static final int REQUEST_TIMEOUT_SECONDS = 4;
    private static final int CONNECTIONS_OF_A_FLOOD = 64;
    private static final int DEPTH_OF_A_FLOOD = 32;
    /** Honest clients are not served if they wait longer: generous, since all share a machine. */
    private static final Duration LONGEST_P99 = Duration.ofSeconds(10);

    private static final double NANOS_PER_MILLI = 1e6;

    private final Path directory;
    private final int idle;
    private final DrillSteps steps;
    private LatencySummary calm;

    /**
     * A drill.
     *
     * @param directory empty; holds the data.
     * @param idle      how many connections do nothing.
     * @param log       is told of each step, and gets the table.
     */
    public CrowdDrill(final Path directory, final int idle, final PrintStream log) {
        this.directory = directory;
        this.idle = idle;
        steps = new DrillSteps(log);
    }

    /**
     * Slow clients.
     *
     * @return what was done and seen.
     * @throws DrillFailedException if a promise was broken.
     * @throws Exception            if the drill could not be carried out.
     */
    public DrillTable slowClients() throws Exception {
        return run(service -> {
            attack(
                    service,
                    "2,000 that send a byte a second",
                    "cut off after " + REQUEST_TIMEOUT_SECONDS + " s; others are served",
                    Attackers.Kind.BYTE_A_SECOND,
                    2_000);
            attack(
                    service,
                    "500 that ask for 64,000 items and read nothing",
                    "others are served",
                    Attackers.Kind.NEVER_READING,
                    500);
            attack(
                    service,
                    String.format(Locale.ROOT, "%,d that are idle", idle),
                    "stay; others are served",
                    Attackers.Kind.IDLE,
                    idle);
        });
    }

    /**
     * Floods.
     *
     * @return what was done and seen.
     * @throws DrillFailedException if a promise was broken.
     * @throws Exception            if the drill could not be carried out.
     */
    public DrillTable flood() throws Exception {
        return run(service -> {
            attack(
                    service,
                    "connections opened and closed without pause",
                    "others are served",
                    Attackers.Kind.OPENED_AND_CLOSED,
                    50);
            steps.step(
                    CONNECTIONS_OF_A_FLOOD * DEPTH_OF_A_FLOOD + " requests at a time, without pause",
                    "others are served, or get 503",
                    () -> floodRequests(service));
        });
    }

    /** What happens between the calm and the look at what was kept. */
    @FunctionalInterface
    private interface Trouble {
        void happen(DrilledService service) throws Exception;
    }

    private DrillTable run(final Trouble trouble) throws Exception {
        final Map<String, String> settings =
                Map.of("APP_REQUEST_TIMEOUT_SECONDS", String.valueOf(REQUEST_TIMEOUT_SECONDS));
        try (DrilledService service = new DrilledService(directory, settings)) {
            service.start();
            honest(service);
            steps.step("nobody else", "the baseline", () -> {
                calm = honest(service);
                return milliseconds(calm);
            });
            trouble.happen(service);
            steps.step("afterwards", "all kept, exit code 0", () -> {
                final LatencySummary after = honest(service);
                final Promises.Kept kept = service.check();
                service.stop();
                return milliseconds(after) + "; " + kept;
            });
        } finally {
            steps.print();
        }
        steps.requireNoneFailed();
        return steps.table();
    }

    private static String milliseconds(final LatencySummary latency) {
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms, p99 %.1f ms, slowest %.1f ms",
                latency.p50() / NANOS_PER_MILLI,
                latency.p99() / NANOS_PER_MILLI,
                latency.max() / NANOS_PER_MILLI);
    }

    /** Honest clients for a while: every answer must be one of the sale's. */
    private static LatencySummary honest(final DrilledService service) throws Exception {
        final LoadReport report = honest(service, Set.of(200, 409));
        return report.latencies().get(AnswerClass.CHECKOUT_200);
    }

    private static LoadReport honest(final DrilledService service, final Set<Integer> allowed) throws Exception {
        service.startLoad(
                service.loadConfig().rate(HONEST_RATE).duration(MEASURED).build());
        TimeUnit.NANOSECONDS.sleep(MEASURED.toNanos());
        final LoadReport report = service.endLoad();
        require(
                report.unexpectedAnswers(allowed) == 0 && report.counts().connectionErrors() == 0,
                "honest clients are not served:\n" + report.toText());
        final LatencySummary latency = report.latencies().get(AnswerClass.CHECKOUT_200);
        require(latency.count() > 0, "honest clients get no codes:\n" + report.toText());
        require(
                latency.p99() < LONGEST_P99.toNanos(),
                "honest clients wait for too long: " + milliseconds(latency) + "\n" + report.toText());
        return report;
    }

    private void attack(
            final DrilledService service,
            final String what,
            final String expected,
            final Attackers.Kind kind,
            final int connections)
            throws InterruptedException {
        steps.step(what, expected, () -> {
            try (Attackers attackers = Attackers.start(service.server().address(), kind, connections)) {
                DrilledService.await(
                        "only " + attackers.opened() + " connections", () -> attackers.opened() >= connections);
                final LatencySummary latency = honest(service);
                if (kind == Attackers.Kind.BYTE_A_SECOND) {
                    DrilledService.await("slow requests are not cut off", () -> attackers.cutOff() >= connections);
                }
                require(kind != Attackers.Kind.IDLE || attackers.open() == connections, "idle clients were cut off");
                require(service.client().get("/health/ready").status() == 200, "not ready");
                return milliseconds(latency) + "; " + attackers.opened() + " connections, " + attackers.cutOff()
                        + " cut off";
            }
        });
    }

    private String floodRequests(final DrilledService service) throws Exception {
        try (BackgroundLoad flood = BackgroundLoad.start(
                service.loadConfig()
                        .connections(CONNECTIONS_OF_A_FLOOD)
                        .depth(DEPTH_OF_A_FLOOD)
                        .items(1)
                        .build(),
                LoadListener.NONE)) {
            final LoadReport report = honest(service, Set.of(200, 409, 503));
            flood.stop();
            final LoadReport flooding = flood.report(DrilledService.PATIENCE);
            return String.format(
                    Locale.ROOT,
                    "%s; %,d requests of the flood a second; %d x 503 for honest clients",
                    milliseconds(report.latencies().get(AnswerClass.CHECKOUT_200)),
                    Math.round(flooding.answersPerSecond()),
                    report.answers(AnswerClass.ANY_503));
        }
    }
}
