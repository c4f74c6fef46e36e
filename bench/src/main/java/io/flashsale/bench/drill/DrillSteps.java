package io.flashsale.bench.drill;

import io.flashsale.bench.drill.DrillTable.Result;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Carries out the steps of a drill, each of which cleans up behind itself, and makes a row of each. A step that fails does
 * not keep the others from being tried. For one thread.
 */
final class DrillSteps {
    private static final double NANOS_PER_SECOND = 1e9;

    private final DrillTable table = new DrillTable();
    private final PrintStream log;

    DrillSteps(final PrintStream log) {
        this.log = log;
    }

    /** What a step does. */
    @FunctionalInterface
    interface Step {
        /**
         * Does it.
         *
         * @return what was seen.
         * @throws DrillFailedException  if a promise was broken.
         * @throws DrillSkippedException if it cannot be done here.
         * @throws Exception             if it could not be carried out, which counts as failed.
         */
        String run() throws Exception;
    }

    /** Does a step. */
    void step(final String done, final String expected, final Step step) throws InterruptedException {
        final long begin = System.nanoTime();
        log.println(done + " ...");
        try {
            add(done, expected, Result.PASSED, step.run());
        } catch (final DrillSkippedException e) {
            add(done, expected, Result.SKIPPED, e.getMessage());
        } catch (final InterruptedException e) {
            throw e;
        } catch (final Exception e) {
            log.println(e instanceof DrillFailedException ? e.getMessage() : "could not be carried out: " + e);
            add(done, expected, Result.FAILED, firstLine(e));
        }
        log.printf(Locale.ROOT, "  after %.1f s%n", (System.nanoTime() - begin) / NANOS_PER_SECOND);
    }

    void add(final String done, final String expected, final Result result, final String seen) {
        table.add(done, expected, result, seen);
        log.println("  " + result + ": " + seen);
    }

    private static String firstLine(final Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.toString());
    }

    /** Prints the table. */
    void print() {
        log.println();
        log.print(table);
    }

    /** Fails the drill if a step has failed. */
    void requireNoneFailed() {
        final List<String> failures = table.failures();
        DrillFailedException.require(failures.isEmpty(), failures.size() + " failed: " + String.join("; ", failures));
    }

    /** What was done and seen. */
    DrillTable table() {
        return table;
    }

    /** Seconds, for people. */
    static String seconds(final long nanos) {
        return String.format(Locale.ROOT, "%.1f s", (double) nanos / TimeUnit.SECONDS.toNanos(1));
    }
}
