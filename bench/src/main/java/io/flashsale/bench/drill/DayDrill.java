package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.bench.drill.DrillTable.Result;
import io.flashsale.bench.process.EndHook;
import io.flashsale.engine.SaleCode;
import io.flashsale.projector.DatabaseConfig;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A day rehearsed in minutes: short sales one after the other under a moderate load, and among them an orderly restart, a
 * {@code kill -9}, a full disk, an outage of PostgreSQL and a change of configuration. After each the service is held to what
 * clients were told; at the end PostgreSQL to journal and clients, the journal to its retention, and the processes to taking
 * up no more than they did. A day without incidents is a soak: one process, a sale after the other.
 *
 * <p>PostgreSQL runs beside the service, so that it can be stopped alone. Once; for one thread.
 */
public final class DayDrill {
    private static final Duration PATIENCE = DayService.PATIENCE;
    private static final int DISK_MEBIBYTES = 256;
    private static final int ATTEMPTS = 3;
    private static final int CODES_BEFORE_INCIDENT = 150;

    private final Path directory;
    private final DayPlan plan;
    private final PrintStream log;
    private final Ledger ledger = new Ledger();
    private final DrillTable table = new DrillTable();
    private final EmbeddedPostgresServer postgres;
    private final long seed;
    private final long begin = System.nanoTime();
    private SmallDisk disk;
    private DatabaseConfig database;
    private DayService service;
    private Promises promises;
    private String step = "start";
    private long changedFrom = Long.MAX_VALUE;

    /**
     * A drill.
     *
     * @param directory empty; holds the data.
     * @param plan      how long the day is.
     * @param seed      of every random choice of the load.
     * @param log       is told of each step, and gets the table.
     */
    public DayDrill(final Path directory, final DayPlan plan, final long seed, final PrintStream log) {
        this.directory = directory;
        this.plan = plan;
        this.seed = seed;
        this.log = log;
        postgres = new EmbeddedPostgresServer(directory.resolve("elsewhere"));
    }

    /**
     * Runs the drill, and stops everything that it started, also when the JVM is told to end meanwhile.
     *
     * @return what was done and seen; nothing in it has failed.
     * @throws DrillFailedException if a promise was broken.
     * @throws Exception            if the drill could not be carried out.
     */
    public DrillTable run() throws Exception {
        log.println("seed " + seed);
        final EndHook hook = EndHook.add("day-drill-stop", this::stopAll);
        try {
            day();
        } catch (final Exception e) {
            table.add(
                    step,
                    Result.FAILED,
                    String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            keepData();
            throw e;
        } finally {
            stopAll();
            hook.close();
            log.print(table);
        }
        return table;
    }

    private void day() throws Exception {
        open();
        if (plan.incidents()) {
            passIncidents();
        }
        passSalesUntil(6);
        closeDay();
    }

    private void passIncidents() throws Exception {
        passSalesUntil(1);
        restart();
        passSalesUntil(2);
        kill();
        passSalesUntil(3);
        fillDisk();
        passSalesUntil(4);
        stopDatabase();
        passSalesUntil(5);
        configure();
    }

    private void open() throws Exception {
        disk = SmallDisk.mount(directory, DISK_MEBIBYTES).orElse(null);
        if (disk != null) {
            Files.createSymbolicLink(
                    directory.resolve("data"), Files.createDirectory(disk.root().resolve("data")));
        }
        database = postgres.start();
        service = new DayService(directory, plan, database, ledger, seed);
        promises = new Promises(ledger, plan.saleSeconds(), this::holdOf);
        service.start(plan.firstRules());
        service.startLoad();
    }

    private DayPlan.Rules rulesOf(final long sale) {
        return sale >= changedFrom ? plan.laterRules() : plan.firstRules();
    }

    private Duration holdOf(final UUID code) {
        return rulesOf(SaleCode.saleId(code.getMostSignificantBits())).hold();
    }

    private void passSalesUntil(final int incident) throws Exception {
        step = "sales";
        while (service.salesPassed() < plan.saleOf(incident)) {
            service.passSale();
        }
    }

    /** Something that the service does not survive; it is started again afterwards. */
    @FunctionalInterface
    private interface Ending {
        void happen() throws Exception;
    }

    private void restart() throws Exception {
        step = "orderly restart";
        endAndStart("SIGTERM under load: exit code 0", () -> {
            final int exitCode = service.server().terminate(PATIENCE);
            require(exitCode == 0, "SIGTERM ended with exit code " + exitCode + ":\n" + output());
        });
    }

    private void kill() throws Exception {
        step = "kill -9";
        endAndStart("under load", () -> service.server().kill());
    }

    /** Again, if the start took so long that every hold was over and nothing could be checked. */
    private void endAndStart(final String what, final Ending ending) throws Exception {
        for (int attempt = 1; ; attempt++) {
            awaitTrade();
            ending.happen();
            service.finishInterruptedLoad();
            require(!output().contains("nearly full"), "a full disk is seen that is none:\n" + output());
            service.start(plan.firstRules());
            final Promises.Kept kept = promises.check(service.client());
            if (kept.isConclusive() || attempt == ATTEMPTS) {
                note(attempt == 1 ? what : what + ", time " + attempt, kept);
                return;
            }
            service.startLoad();
        }
    }

    private String output() throws IOException {
        return service.server().output();
    }

    /** At the very beginning of a sale there would be little to lose. */
    private void awaitTrade() {
        final int codes = ledger.codes() + CODES_BEFORE_INCIDENT;
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (ledger.codes() < codes) {
            require(System.nanoTime() - deadline < 0, "the load gets no codes");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private void fillDisk() throws Exception {
        step = "full disk";
        if (disk == null) {
            table.add(step, Result.SKIPPED, "no right to mount a small file system here");
            return;
        }
        service.finishLoad();
        disk.fill();
        // What was filled ahead has to be used up first, which the day's load would take minutes for.
        service.loadUntilRefused();
        final ShopClient client = service.client();
        require(client.get("/health/ready").body().contains("disk"), "the reason of the 503 is not shown");
        require(client.get("/health/live").status() == 200, "not live");
        disk.free();
        HealthWatch.awaitReadiness(service.client(), 200);
        service.look();
        goOn("503 while full, the process lives, sells again");
    }

    private void stopDatabase() throws Exception {
        step = "outage of PostgreSQL";
        postgres.stop();
        HealthWatch.awaitProjector(service.client(), "WAITING_FOR_DATABASE");
        final int codes = ledger.codes();
        for (int sale = 0; sale < plan.outageSales(); sale++) {
            service.passSale();
            final ShopClient.Answer answer = service.client().get("/health/ready");
            require(answer.status() == 200, "an outage makes it unready: " + answer);
        }
        require(ledger.codes() > codes, "nothing was sold during the outage");
        postgres.start();
        final long back = System.nanoTime();
        HealthWatch.awaitCaughtUp(service.client());
        final Duration took = Duration.ofNanos(System.nanoTime() - back);
        service.finishLoad();
        goOn(String.format(
                Locale.ROOT,
                "away for %d sales, which nobody noticed; caught up in %.1f s",
                plan.outageSales(),
                took.toMillis() / 1e3));
    }

    private void configure() throws Exception {
        step = "change of configuration";
        final DayPlan.Rules later = plan.laterRules();
        // Early in a sale, so that the restart falls into the same one if the machine is not too slow.
        final long before = service.passSale().id();
        awaitTrade();
        service.finishLoad();
        require(service.server().terminate(PATIENCE) == 0, "SIGTERM did not end in exit code 0");
        service.start(later);
        final Promises.Kept kept = promises.check(service.client());
        SaleView sale = service.look();
        final boolean crossed = sale.id() != before;
        if (!crossed) {
            require(sale.total() == plan.firstRules().items(), "the open sale has changed: " + sale);
            sale = service.passSale();
        }
        require(sale.total() == later.items(), "the next sale has not the items configured: " + sale);
        changedFrom = sale.id();
        require(
                new LimitProbe(service, ledger).run() == later.userLimit(),
                "the next sale has not the limit configured");
        goOn((crossed ? "a boundary passed meanwhile" : "the open sale keeps its own")
                + "; the next has the items and the limit configured; " + kept + " over the restart");
    }

    /** Checks what clients were told, notes the step, and lets the load go on. */
    private void goOn(final String checked) throws Exception {
        note(checked, promises.check(service.client()));
    }

    private void note(final String checked, final Promises.Kept kept) {
        require(ledger.contradictions().isEmpty(), String.join("\n", ledger.contradictions()));
        table.add(step, kept.isConclusive() ? Result.PASSED : Result.INCONCLUSIVE, checked + "; " + kept);
        log.println(seconds() + " s, sale " + service.salesPassed() + ": " + step + ": " + checked + "; " + kept);
        service.startLoad();
    }

    private long seconds() {
        return Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    }

    private void closeDay() throws Exception {
        step = "end of the day";
        service.finishLoad();
        final Promises.Kept kept = promises.check(service.client());
        require(service.server().terminate(PATIENCE) == 0, "SIGTERM did not end in exit code 0");
        table.add(step, Result.PASSED, service.answers() + " answers; " + kept + "; SIGTERM: exit code 0");
        step = "replay --verify";
        ServerProcess.verify(directory, service.settings());
        table.add(step, Result.PASSED, "PostgreSQL equals the journal that is retained");
        step = "rows";
        table.add(
                step,
                Result.PASSED,
                new DayRows(ledger, service.sales(), this::rulesOf, plan.saleSeconds()).check(database));
        step = "retention";
        RetentionCheck.of(directory.resolve("data").resolve("journal"), plan.retain())
                .addTo(table, Duration.ofNanos(System.nanoTime() - begin));
        step = "flatness";
        Flatness.check(service.lives(), table);
    }

    /** The small disk goes away with the drill. */
    private void keepData() throws IOException {
        if (disk != null && service != null) {
            service.close();
            final Path kept = directory.resolve("kept");
            log.println("what is on the small disk is copied to " + kept);
            SmallDisk.run("cp", "-a", disk.root().resolve("data").toString(), kept.toString());
        }
    }

    private synchronized void stopAll() {
        if (service != null) {
            service.close();
        }
        postgres.stop();
        if (disk != null) {
            disk.close();
            disk = null;
        }
    }
}
