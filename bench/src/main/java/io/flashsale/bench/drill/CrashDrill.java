package io.flashsale.bench.drill;

import io.flashsale.bench.drill.DrillTable.Result;
import io.flashsale.bench.process.Launch;
import io.flashsale.bench.process.ScratchDirectory;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Kills the real service many times, at random under load and at moments that are aimed at: a sale's boundary, the projector's
 * commit, a snapshot, a start. The next process is held to what clients were told: codes must be good within their hold,
 * answered purchases must be there. Every so many rounds the journal is closed in order, PostgreSQL must equal it, the history
 * of every request must be one that a correct sale can have had, and a new journal is begun.
 */
public final class CrashDrill {
    private static final int ROUNDS_OF_A_JOURNAL = 25;

    private final Path directory;
    private final Map<String, String> given;
    private final long seed;
    private final PrintStream log;
    private final DrillSteps steps;
    private final CrashCount count = new CrashCount();

    /**
     * A drill.
     *
     * @param directory empty; holds the data.
     * @param settings  of the service, beside those that the drill needs.
     * @param seed      of every random choice.
     * @param log       is told of each journal, and gets the table.
     */
    public CrashDrill(
            final Path directory, final Map<String, String> settings, final long seed, final PrintStream log) {
        this.directory = directory;
        given = Map.copyOf(settings);
        this.seed = seed;
        this.log = log;
        steps = new DrillSteps(log);
    }

    /**
     * Runs the drill.
     *
     * @param rounds  how often the service is killed at most, starts not counted.
     * @param longest begins no further round after this long.
     * @return what was done and seen.
     * @throws DrillFailedException if a promise was broken.
     * @throws Exception            if the drill could not be carried out.
     */
    public DrillTable run(final int rounds, final Duration longest) throws Exception {
        log.println("seed " + seed);
        final Random random = new Random(seed);
        final long begin = System.nanoTime();
        try (DrillDatabase database = new DrillDatabase(directory.resolve("elsewhere"))) {
            final Map<String, String> settings = settings(database);
            final ServerProcess.Manner manner = new QuickStart(directory, settings).manner();
            for (int journal = 1; goesOn(rounds, begin, longest); journal++) {
                database.empty();
                final Path course = Files.createDirectory(directory.resolve("journal-" + journal));
                try (CrashCourse running = new CrashCourse(course, settings, manner, random, count)) {
                    for (int i = 0; i < ROUNDS_OF_A_JOURNAL && goesOn(rounds, begin, longest); i++) {
                        running.round();
                        progress(begin, rounds);
                    }
                    running.finish();
                }
                ScratchDirectory.delete(course);
            }
            count.addTo(steps);
        } catch (final DrillFailedException e) {
            count.addTo(steps);
            steps.add(
                    "round " + (count.rounds() + 1),
                    "answers kept",
                    Result.FAILED,
                    e.getMessage().lines().findFirst().orElse(""));
            throw e;
        } finally {
            steps.print();
        }
        return steps.table();
    }

    private Map<String, String> settings(final DrillDatabase database) {
        final Map<String, String> settings = new HashMap<>(Launch.settings(database.start()));
        settings.putAll(given);
        settings.put("APP_ITEM_NUMBER", String.valueOf(CrashCourse.ITEMS));
        settings.put("APP_USER_LIMIT", String.valueOf(CrashCourse.LIMIT));
        settings.put("APP_SALE_SECONDS", String.valueOf(CrashCourse.SALE_SECONDS));
        settings.put("APP_HOLD_SECONDS", String.valueOf(CrashCourse.SALE_SECONDS));
        settings.put("APP_DRAIN_SECONDS", "60");
        return settings;
    }

    private boolean goesOn(final int rounds, final long begin, final Duration longest) {
        return count.rounds() < rounds && System.nanoTime() - begin < longest.toNanos();
    }

    private void progress(final long begin, final int rounds) {
        final int done = count.rounds();
        if (done % 5 == 0 || done == rounds) {
            final long nanos = System.nanoTime() - begin;
            log.println("round " + done + " of " + rounds + ", " + count.kills() + " kills, " + count.answers()
                    + " answers, " + DrillSteps.seconds(nanos) + ", " + DrillSteps.seconds(nanos / done) + " a round");
        }
    }
}
