package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.bench.load.LoadReport;
import io.flashsale.bench.process.EndHook;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * Fills the disk under the real service: it refuses with 503 before a write can fail, sells again when there is space, and
 * starts on a full disk after a {@code kill -9}. Needs the right to mount a small file system.
 */
public final class DiskFullDrill {
    private static final int MEBIBYTES = 192;
    private static final int RATE = 400;
    private static final int CODES = 150;

    private final Path directory;
    private final DrillSteps steps;
    private SmallDisk disk;

    /**
     * A drill.
     *
     * @param directory empty; holds the data.
     * @param log       is told of each step, and gets the table.
     */
    public DiskFullDrill(final Path directory, final PrintStream log) {
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
        final SmallDisk mounted = SmallDisk.mount(directory, MEBIBYTES).orElse(null);
        disk = mounted;
        final EndHook hook = EndHook.add("disk-full-drill-unmount", this::unmount);
        try (DrilledService service = new DrilledService(directory, Map.of())) {
            if (disk != null) {
                Files.createSymbolicLink(
                        service.data(), Files.createDirectory(disk.root().resolve("data")));
            }
            steps.step("disk filled under load", "503 that says why, process alive", () -> fill(service));
            steps.step("space given back", "ready and selling again, all kept", () -> free(service));
            steps.step("filled again, kill -9, start", "starts or says what it lacks, all kept", () -> kill(service));
            steps.step("replay of what is left", "exit code 0", () -> replay(service));
        } finally {
            unmount();
            hook.close();
            steps.print();
        }
        steps.requireNoneFailed();
        return steps.table();
    }

    private void needDisk() {
        DrillSkippedException.needs(disk != null, "no right to mount a small file system here");
    }

    private String fill(final DrilledService service) throws Exception {
        needDisk();
        service.start();
        service.startLoad(RATE);
        service.awaitCodes(CODES);
        service.endLoad();
        disk.fill();
        // What was filled ahead has to be used up first.
        service.startLoad(service.loadConfig().connections(16).depth(32).build());
        DrilledService.await("no 503", () -> {
            require(service.server().isAlive(), "it ended:\n" + service.server().output());
            return service.client().get("/health/ready").status() == 503;
        });
        final LoadReport report = service.endLoad();
        require(
                report.unexpectedAnswers(Set.of(200, 409, 503)) == 0
                        && report.counts().connectionErrors() == 0,
                report.toText());
        final ShopClient.Answer refused = service.client().checkout(2, 2);
        require(refused.status() == 503 && refused.body().contains("space"), "not refused by name: " + refused);
        require(service.client().get("/health/ready").body().contains("disk"), "the reason is not shown");
        require(service.client().get("/health/live").status() == 200, "not live");
        return "503 after " + report.answers() + " answers; alive";
    }

    private String free(final DrilledService service) throws Exception {
        needDisk();
        disk.free();
        HealthWatch.awaitReadiness(service.client(), 200);
        service.startLoad(RATE);
        service.awaitCodes(CODES);
        service.endLoad();
        return "sells; " + service.check();
    }

    private String kill(final DrilledService service) throws Exception {
        needDisk();
        service.startLoad(RATE);
        service.awaitCodes(CODES);
        disk.fill();
        service.kill();
        service.start();
        final Promises.Kept kept = service.check();
        disk.free();
        HealthWatch.awaitReadiness(service.client(), 200);
        service.stop();
        return "started on the full disk; " + kept;
    }

    private String replay(final DrilledService service) throws IOException {
        needDisk();
        final ServerProcess.Result result = ServerProcess.run(
                directory, service.settings(), DrilledService.PATIENCE, "replay", "--data-dir=" + service.data());
        require(result.exitCode() == 0, result.output());
        return "verified";
    }

    private synchronized void unmount() {
        if (disk != null) {
            disk.close();
            disk = null;
        }
    }
}
