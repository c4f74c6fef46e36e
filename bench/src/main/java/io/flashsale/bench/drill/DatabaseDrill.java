package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.bench.load.LoadReport;
import io.flashsale.bench.process.EndHook;
import io.flashsale.bench.process.Launch;
import io.flashsale.bench.process.ScratchDirectory;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Lets PostgreSQL stand still, be slow, die in a commit, come back from an older backup and lose everything, under load. The
 * sale goes on through all of it, and each time PostgreSQL equals the journal in the end.
 */
public final class DatabaseDrill {
    private static final double RATE = 150;
    private static final int CODES = 80;
    private static final long TROUBLE_SECONDS = 8;
    private static final long PAUSE_MILLIS = 180;
    private static final long BREATH_MILLIS = 20;
    private static final int COMMITS = 3;
    private static final String EXPECTED = "sale goes on, rows equal the journal";

    private final Path directory;
    private final DrillSteps steps;
    private final DrillDatabase database;

    /**
     * A drill.
     *
     * @param directory empty; holds the data.
     * @param log       is told of each step, and gets the table.
     */
    public DatabaseDrill(final Path directory, final PrintStream log) {
        this.directory = directory;
        steps = new DrillSteps(log);
        database = new DrillDatabase(directory.resolve("elsewhere"));
    }

    /** What becomes of PostgreSQL. */
    @FunctionalInterface
    private interface Trouble {
        String happen() throws Exception;
    }

    /**
     * Runs the drill.
     *
     * @return what was done and seen.
     * @throws DrillFailedException if a promise was broken.
     * @throws Exception            if the drill could not be carried out.
     */
    public DrillTable run() throws Exception {
        final Map<String, String> settings = new HashMap<>(Launch.settings(database.start()));
        settings.put("APP_ITEM_NUMBER", "20000");
        settings.put("APP_DRAIN_SECONDS", "60");
        final EndHook hook = EndHook.add("database-drill-stop", this::resumeAndStop);
        try (DrilledService service = new DrilledService(directory, settings)) {
            service.start();
            step(service, "all processes stopped (SIGSTOP) for " + TROUBLE_SECONDS + " s", this::stop);
            step(service, "stopped nine tenths of the time", this::slow);
            step(service, COMMITS + " x kill -9 of all processes in a commit", () -> killInCommit(service));
            step(service, "restored from an older backup", () -> restore(service));
            step(service, "emptied", () -> {
                database.empty();
                return "rebuilt";
            });
            steps.step("SIGTERM, replay --verify", "exit code 0, no difference", () -> {
                service.stop();
                ServerProcess.verify(directory, service.settings());
                return "no difference";
            });
        } finally {
            resumeAndStop();
            hook.close();
            steps.print();
        }
        steps.requireNoneFailed();
        return steps.table();
    }

    private void step(final DrilledService service, final String what, final Trouble trouble)
            throws InterruptedException {
        steps.step(what, EXPECTED, () -> {
            service.startLoad(RATE);
            service.awaitCodes(CODES);
            final String seen = trouble.happen();
            service.awaitCodes(CODES);
            final ShopClient.Answer ready = service.client().get("/health/ready");
            require(ready.status() == 200, "not ready: " + ready);
            final LoadReport report = service.endLoad();
            require(
                    report.unexpectedAnswers(Set.of(200, 409)) == 0
                            && report.counts().connectionErrors() == 0,
                    report.toText());
            final long begin = System.nanoTime();
            HealthWatch.awaitProjector(service.client(), "RUNNING");
            HealthWatch.awaitCaughtUp(service.client());
            final long took = System.nanoTime() - begin;
            ServerProcess.verify(directory, service.settings());
            return seen + "; " + report.answers() + " answers, caught up in " + DrillSteps.seconds(took) + "; "
                    + service.check();
        });
    }

    private void signal(final String name) throws IOException {
        for (final ProcessHandle process : database.processes()) {
            SmallDisk.run("kill", "-" + name, String.valueOf(process.pid()));
        }
    }

    private String stop() throws Exception {
        signal("STOP");
        try {
            TimeUnit.SECONDS.sleep(TROUBLE_SECONDS);
        } finally {
            signal("CONT");
        }
        return "stood still";
    }

    private String slow() throws Exception {
        final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TROUBLE_SECONDS);
        int pauses = 0;
        while (System.nanoTime() - end < 0) {
            signal("STOP");
            try {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
            } finally {
                signal("CONT");
            }
            TimeUnit.MILLISECONDS.sleep(BREATH_MILLIS);
            pauses++;
        }
        return pauses + " pauses";
    }

    private String killInCommit(final DrilledService service) throws Exception {
        final CrashAim aim = new CrashAim(service.data(), Long.MAX_VALUE, new Random(1));
        int inside = 0;
        for (int i = 0; i < COMMITS; i++) {
            HealthWatch.awaitProjector(service.client(), "RUNNING");
            final List<ProcessHandle> processes = database.processes();
            final boolean met = aim.await(CrashMoment.COMMIT, service.server());
            processes.forEach(ProcessHandle::destroyForcibly);
            inside += met ? 1 : 0;
            DrilledService.await(
                    "PostgreSQL does not die", () -> processes.stream().noneMatch(ProcessHandle::isAlive));
            database.start();
            service.awaitCodes(CODES / 4);
        }
        return inside + " inside one";
    }

    private String restore(final DrilledService service) throws Exception {
        final Path backup = directory.resolve("backup");
        final Path files = database.files();
        database.stop();
        require(SmallDisk.run("cp", "-a", files.toString(), backup.toString()), "no backup");
        database.start();
        HealthWatch.awaitProjector(service.client(), "RUNNING");
        service.awaitCodes(CODES);
        HealthWatch.awaitCaughtUp(service.client());
        database.stop();
        ScratchDirectory.delete(files);
        require(SmallDisk.run("mv", backup.toString(), files.toString()), "the backup cannot be put back");
        database.start();
        return "brought up to date";
    }

    private void resumeAndStop() {
        try {
            signal("CONT");
        } catch (final IOException isNotThere) {
            // Then there is nothing to resume.
        }
        database.close();
    }
}
