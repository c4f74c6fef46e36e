package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.bench.history.HistoryCheck;
import io.flashsale.bench.history.HistoryRecorder;
import io.flashsale.bench.history.HistorySetup;
import io.flashsale.bench.history.HistoryVerdict;
import io.flashsale.bench.load.AnswerOutcome;
import io.flashsale.bench.load.LoadConfig;
import io.flashsale.bench.load.LoadListener;
import io.flashsale.bench.load.LoadReport;
import io.flashsale.bench.load.RequestKind;
import io.flashsale.bench.load.ServiceProbe;
import io.flashsale.bench.load.TrafficMix;
import io.flashsale.engine.SaleCode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * Some rounds of a {@link CrashDrill} on one journal: short sales, so that a boundary is never far, a load that the ledger
 * hears of, and another one that also releases and repeats. Both are in a history, as is what the drill itself buys.
 */
final class CrashCourse implements Closeable {
    /** Of a sale, and of a hold: a start takes a few of them. */
    static final int SALE_SECONDS = 10;

    static final int ITEMS = 4_000;
    static final int LIMIT = 30;

    private static final int NEAR_BOUNDARY_MILLIS = 1_500;
    private static final int CODES_BEFORE_KILL = 20;
    private static final int CHECKED = 60;
    private static final int USERS = 1_000;
    private static final double RATE = 250;
    private static final TrafficMix MIX = new TrafficMix(0.4, 0.2, 0.1, 0.3, 0.3, 50);

    private final Path directory;
    private final Map<String, String> settings;
    private final ServerProcess.Manner manner;
    private final Random random;
    private final CrashCount count;
    private final Ledger ledger = new Ledger();
    private final Promises promises =
            new Promises(ledger, SALE_SECONDS, code -> Duration.ofSeconds(SALE_SECONDS), CHECKED);
    private final CrashAim aim;
    private final Path historyFile;
    private HistoryRecorder history;
    private ServerProcess server;
    private CrashMoment last;

    CrashCourse(
            final Path directory,
            final Map<String, String> settings,
            final ServerProcess.Manner manner,
            final Random random,
            final CrashCount count) {
        this.directory = directory;
        this.settings = settings;
        this.manner = manner;
        this.random = random;
        this.count = count;
        aim = new CrashAim(directory.resolve("data"), SALE_SECONDS * 1_000L, random);
        historyFile = directory.resolve("rounds.history");
    }

    /** Kills once, or twice. */
    void round() throws Exception {
        start();
        final CrashMoment moment;
        try (BackgroundLoad told =
                        BackgroundLoad.start(load().purchaseShare(0.5).build(), ledger, history);
                BackgroundLoad mixed = BackgroundLoad.start(load().mix(MIX).build(), LoadListener.NONE, history)) {
            final int codes = ledger.codes() + CODES_BEFORE_KILL;
            DrilledService.await("the load gets no codes", () -> {
                require(server.isAlive(), "the service ended by itself:\n" + server.output());
                return ledger.codes() >= codes;
            });
            // Not before: a boundary that passed meanwhile would be waited for through a whole sale.
            moment = nextMoment();
            final boolean met = aim.await(moment, server);
            require(
                    server.isAlive() || moment == CrashMoment.SNAPSHOT,
                    "the service ended by itself:\n" + server.output());
            server.kill();
            count.killed(moment, met && wasMet(moment));
            finish(told);
            finish(mixed);
        }
        if (moment == CrashMoment.START) {
            try (ServerProcess starting = ServerProcess.serve(directory, settings, manner)) {
                aim.awaitStart(starting);
                count.killedWhileStarting(!starting.hasSaid("started in"));
                starting.kill();
            }
        }
        last = moment;
    }

    private boolean wasMet(final CrashMoment moment) {
        return switch (moment) {
            case COMMIT -> aim.isCommitting();
            case SNAPSHOT -> aim.isSnapshotUnfinished();
            default -> true;
        };
    }

    private CrashMoment nextMoment() {
        if (aim.untilBoundary() < NEAR_BOUNDARY_MILLIS) {
            return CrashMoment.ROLL_OVER;
        }
        final CrashMoment[] others = {CrashMoment.LOAD, CrashMoment.COMMIT, CrashMoment.SNAPSHOT, CrashMoment.START};
        return others[random.nextInt(others.length)];
    }

    private LoadConfig.Builder load() {
        return LoadConfig.to(server.address())
                .connections(8)
                .depth(2)
                .items(ITEMS)
                .users(USERS)
                .rate(RATE)
                .seed(random.nextLong())
                .answerTimeout(DrilledService.PATIENCE)
                .duration(Duration.ofHours(1));
    }

    private void finish(final BackgroundLoad load) throws Exception {
        load.stop();
        final LoadReport report = load.report(DrilledService.PATIENCE);
        require(
                report.unexpectedAnswers(Set.of(200, 409, 503)) == 0,
                "answers other than 200, 409 and 503:\n" + report.toText());
        count.answered(report.answers());
    }

    /** Starts a process and holds it to what clients were told. */
    private void start() throws Exception {
        server = ServerProcess.serve(directory, settings, manner);
        server.awaitReady(DrilledService.PATIENCE);
        if (history == null) {
            final ServiceProbe probe = ServiceProbe.ask(server.address());
            require(probe.isUntouched() && probe.total() == ITEMS, "a new sale is none: " + probe);
            history = new HistoryRecorder(
                    historyFile,
                    HistorySetup.startingNow(
                            ITEMS, LIMIT, SALE_SECONDS * 1_000L, SALE_SECONDS * 1_000L, probe.saleId()));
        }
        final ShopClient client = new ShopClient(server.address(), this::record);
        final Promises.Kept kept = promises.check(client);
        require(ledger.contradictions().isEmpty(), String.join("\n", ledger.contradictions()));
        if (last != null) {
            count.kept(last, kept);
        }
    }

    private void record(final UUID code, final long sentNanos, final ShopClient.Answer answer) {
        history.record(
                RequestKind.PURCHASE,
                ledger.userOf(code),
                SaleCode.item(code.getMostSignificantBits()),
                code,
                0,
                sentNanos,
                System.nanoTime(),
                answer == null ? 0 : answer.status(),
                answer == null
                        ? AnswerOutcome.UNANSWERED
                        : AnswerOutcome.of(RequestKind.PURCHASE, answer.status(), answer.body()),
                answer == null ? LoadListener.NO_SEQUENCE : answer.sequence());
    }

    /** The last start, an orderly end, and a look at everything that was seen. */
    void finish() throws Exception {
        start();
        // The rounds may have been too short for PostgreSQL to come up even once.
        final ShopClient client = new ShopClient(server.address());
        HealthWatch.awaitProjector(client, "RUNNING");
        HealthWatch.awaitCaughtUp(client);
        final int exitCode = server.terminate(DrilledService.PATIENCE);
        require(exitCode == 0, "SIGTERM ended with exit code " + exitCode + ":\n" + server.output());
        history.finish();
        history.close();
        final HistoryVerdict verdict = HistoryCheck.check(historyFile, HistoryCheck.TOLERANCE_MILLIS);
        require(verdict.isAccepted(), verdict.toText());
        count.explained(verdict);
        ServerProcess.verify(directory, settings);
        count.verified();
        Files.delete(historyFile);
    }

    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
        if (history != null) {
            history.close();
        }
    }
}
