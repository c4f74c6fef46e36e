package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.bench.load.LoadReport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Sets the wall clock of the real service by an hour, forth and back: in the middle of a sale, at a boundary, and between two
 * processes. Holds run as long as they last, sales open one after the other, and nothing is lost.
 */
public final class ClockDrill {
    private static final Duration STEP = Duration.ofHours(1);
    private static final double RATE = 200;
    private static final int CODES = 80;
    private static final int SHORT_SALE_SECONDS = 5;
    private static final int WATCHED_SECONDS = 15;

    private final Path directory;
    private final DrillSteps steps;

    /**
     * A drill.
     *
     * @param directory empty; holds the data.
     * @param log       is told of each step, and gets the table.
     */
    public ClockDrill(final Path directory, final PrintStream log) {
        this.directory = directory;
        steps = new DrillSteps(log);
    }

    /**
     * Runs the drill.
     *
     * @return what was done and seen.
     * @throws DrillFailedException if a promise was broken.
     * @throws Exception            if the drill could not be carried out.
     */
    public DrillTable run() throws Exception {
        try {
            for (final Duration by : new Duration[] {STEP, STEP.negated()}) {
                final String sign = by.isNegative() ? "-1 h" : "+1 h";
                steps.step(sign + " under load", "holds last, drift reported, all kept", () -> underLoad(by));
                steps.step(
                        sign + " at a sale's boundary",
                        "sales open in order, none is skipped or repeated",
                        () -> atBoundary(by));
                steps.step(sign + " between two processes", "starts, all kept", () -> betweenProcesses(by));
            }
        } finally {
            steps.print();
        }
        steps.requireNoneFailed();
        return steps.table();
    }

    private DrilledService service(final String name, final Duration by, final Map<String, String> settings)
            throws IOException {
        return new DrilledService(directory.resolve(name + (by.isNegative() ? "-back" : "-forth")), settings);
    }

    private String underLoad(final Duration by) throws Exception {
        try (DrilledService service = service("load", by, Map.of("APP_HOLD_SECONDS", "600"))) {
            final FakeClock clock = begin(service);
            service.startLoad(RATE);
            service.awaitCodes(CODES);
            clock.shift(by);
            service.awaitCodes(CODES);
            finish(service);
            final Promises.Kept kept = service.check();
            DrilledService.await("no drift is reported", () -> Math.abs(drift(service)) > 3_000);
            final double drift = drift(service);
            service.kill();
            return "drift " + Math.round(drift) + " s; " + kept + "; after a kill -9 " + service.startAndCheck();
        }
    }

    private static double drift(final DrilledService service) throws Exception {
        return new ShopClient(service.server().adminAddress())
                .get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("flashsale_clock_drift_seconds "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }

    private static FakeClock begin(final DrilledService service) throws Exception {
        final FakeClock clock = FakeClock.in(service.directory());
        service.settings().putAll(clock.settings());
        service.start();
        return clock;
    }

    private static void finish(final DrilledService service) throws Exception {
        final LoadReport report = service.endLoad();
        require(
                report.unexpectedAnswers(Set.of(200, 409)) == 0
                        && report.counts().connectionErrors() == 0,
                report.toText());
    }

    private String atBoundary(final Duration by) throws Exception {
        final String length = String.valueOf(SHORT_SALE_SECONDS);
        try (DrilledService service =
                service("boundary", by, Map.of("APP_SALE_SECONDS", length, "APP_HOLD_SECONDS", length))) {
            final FakeClock clock = begin(service);
            service.startLoad(RATE);
            service.awaitCodes(CODES);
            final long millis = SHORT_SALE_SECONDS * 1_000L;
            TimeUnit.MILLISECONDS.sleep(millis - System.currentTimeMillis() % millis);
            clock.shift(by);
            final TreeSet<Long> sales = new TreeSet<>();
            final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WATCHED_SECONDS);
            long last = 0;
            while (System.nanoTime() - end < 0) {
                final long sale = SaleView.of(service.client()).id();
                require(sale >= last, "sale " + sale + " after " + last);
                require(last == 0 || sale - last <= SHORT_SALE_SECONDS, "sale " + sale + " follows " + last);
                last = sale;
                sales.add(sale);
                TimeUnit.MILLISECONDS.sleep(20);
            }
            finish(service);
            require(
                    service.ledger().contradictions().isEmpty(),
                    service.ledger().contradictions().toString());
            require(sales.size() >= 2, "no boundary in " + WATCHED_SECONDS + " s");
            service.stop();
            return sales.size() + " sales in " + WATCHED_SECONDS + " s, in order";
        }
    }

    private String betweenProcesses(final Duration by) throws Exception {
        try (DrilledService service = service("restart", by, Map.of("APP_HOLD_SECONDS", "14400"))) {
            final FakeClock clock = begin(service);
            service.startLoad(RATE);
            service.awaitCodes(CODES);
            service.kill();
            clock.shift(by);
            service.start();
            final Promises.Kept kept = service.check();
            service.startLoad(RATE);
            service.awaitCodes(CODES);
            finish(service);
            service.stop();
            return kept.toString();
        }
    }
}
