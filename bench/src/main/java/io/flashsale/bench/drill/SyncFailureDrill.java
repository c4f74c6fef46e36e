package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.bench.load.AnswerClass;
import io.flashsale.bench.load.LoadReport;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.Recovered;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Lets the sync calls of the real service fail, or wait for seconds. After a failure nothing more is answered and the process
 * halts, since a repeated sync can falsely succeed; the next start has every answer. A slow disk only makes it slow.
 */
public final class SyncFailureDrill {
    private static final int HALTED = 70;
    private static final int RATE = 400;
    private static final int SLOW_RATE = 50;
    private static final int CODES = 100;
    private static final int STARTS = 6;
    private static final String EXPECTED = "exit code 70, no unsynced answer, all kept";

    private final Path directory;
    private final List<Integer> stalls;
    private final DrillSteps steps;

    /**
     * A drill.
     *
     * @param directory empty; holds the data.
     * @param stalls    how long syncs take, seconds.
     * @param log       is told of each step, and gets the table.
     */
    public SyncFailureDrill(final Path directory, final List<Integer> stalls, final PrintStream log) {
        this.directory = directory;
        this.stalls = List.copyOf(stalls);
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
        try (DrilledService service = new DrilledService(directory, Map.of("APP_PIPELINE", "fused"))) {
            steps.step(
                    "one sync fails with EIO", EXPECTED, () -> fail(service, Strace.SYNCS, "error=EIO:when=1", true));
            steps.step("every sync fails with EIO", EXPECTED, () -> fail(service, Strace.SYNCS, "error=EIO", true));
            steps.step(
                    "a sync fails with ENOSPC",
                    EXPECTED,
                    () -> fail(service, "fdatasync", "error=ENOSPC:when=3", true));
            steps.step(
                    "a write of the journal fails with EIO",
                    // The record before it was synced, and no later one says so.
                    "exit code 70, all kept",
                    () -> fail(service, "pwrite64,pwritev", "error=EIO:when=2", false));
            service.settings().put("APP_SYNC", "interval");
            steps.step(
                    "a sync fails with EIO, APP_SYNC=interval",
                    "exit code 70, all kept",
                    () -> fail(service, Strace.SYNCS, "error=EIO:when=1", false));
            service.settings().remove("APP_SYNC");
            steps.step(
                    "sync 1 to " + STARTS + " of a start fails with EIO",
                    "exit code not 0, the next start has all",
                    () -> failStarts(service));
            for (final int seconds : stalls) {
                steps.step(
                        "every sync takes " + seconds + " s more",
                        "slow answers, no other; fast again afterwards",
                        () -> stall(service, seconds));
            }
        } finally {
            steps.print();
        }
        steps.requireNoneFailed();
        return steps.table();
    }

    private String fail(
            final DrilledService service, final String calls, final String what, final boolean isLastUnsynced)
            throws Exception {
        Strace.need();
        service.start();
        service.startLoad(RATE);
        service.awaitCodes(CODES);
        try (Strace strace = Strace.attach(service.server(), directory, calls, what)) {
            final int exitCode = service.server().awaitExit(DrilledService.PATIENCE);
            require(strace.hasStruck(), "no call was struck");
            require(
                    exitCode == HALTED,
                    "exit code " + exitCode + ":\n" + service.server().output());
        }
        service.endLoad();
        final Recovered found = JournalRecovery.recover(
                new ChronicleSegmentStorage(service.data().resolve("journal")),
                1,
                List.of(),
                (first, count, timestamp, buffer, offset) -> {});
        final long answered = service.ledger().highestSequence();
        require(
                !isLastUnsynced || answered <= found.tail().provenLast(),
                "sequence " + answered + " was answered, only " + found.tail().provenLast() + " was synced");
        final Promises.Kept kept = service.startAndCheck();
        return "70; answered through " + answered + ", synced through "
                + found.tail().provenLast() + ", journal to " + found.lastSequence() + "; " + kept;
    }

    private String failStarts(final DrilledService service) throws Exception {
        Strace.need();
        int beforeItAnswered = 0;
        for (int sync = 1; sync <= STARTS; sync++) {
            final Path output = directory.resolve("strace-start-" + sync + ".out");
            final ServerProcess server = service.launch(ServerProcess.Manner.PLAIN.behind(
                    Strace.launching(output, Strace.SYNCS, "error=EIO:when=" + sync)));
            final int exitCode = server.awaitExit(DrilledService.PATIENCE);
            DrillSkippedException.needs(Strace.hasStruck(output), "no right to trace a process here");
            require(exitCode != 0, "a start with a failed sync ended with 0:\n" + server.output());
            beforeItAnswered += server.hasSaid("started in") ? 0 : 1;
            Files.delete(output);
        }
        return beforeItAnswered + " ended before they answered, " + (STARTS - beforeItAnswered) + " after; "
                + service.startAndCheck();
    }

    private String stall(final DrilledService service, final int seconds) throws Exception {
        Strace.need();
        service.start();
        service.startLoad(SLOW_RATE);
        service.awaitCodes(CODES / 2);
        // Each sync is one answer for each connection at most: of long ones, two are enough.
        final long wanted = service.ledger().decisions() + Math.max(SLOW_RATE / seconds, 2);
        final long delay = TimeUnit.SECONDS.toMicros(seconds);
        try (Strace strace = Strace.attach(service.server(), directory, "fdatasync", "delay_enter=" + delay)) {
            DrilledService.await("nothing is answered", () -> {
                require(
                        service.server().isAlive(),
                        "it ended:\n" + service.server().output());
                return strace.hasStruck() && service.ledger().decisions() >= wanted;
            });
        }
        final long released = service.ledger().decisions();
        DrilledService.await("it stays slow", () -> service.ledger().decisions() >= released + CODES);
        final LoadReport report = service.endLoad();
        require(
                report.unexpectedAnswers(Set.of(200, 409, 503)) == 0
                        && report.counts().connectionErrors() == 0,
                report.toText());
        final long begin = System.nanoTime();
        service.client().checkout(1, 1);
        final long took = System.nanoTime() - begin;
        final Promises.Kept kept = service.check();
        service.stop();
        final long slowest = report.latencies().get(AnswerClass.CHECKOUT_200).max();
        require(slowest > TimeUnit.SECONDS.toNanos(seconds) / 2, "it was not slow: " + slowest + " ns");
        return "slowest answer " + DrillSteps.seconds(slowest) + ", later " + DrillSteps.seconds(took) + "; " + kept;
    }
}
