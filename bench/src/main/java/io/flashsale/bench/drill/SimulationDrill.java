package io.flashsale.bench.drill;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.flashsale.bench.simulation.Event;
import io.flashsale.bench.simulation.Simulation;
import io.flashsale.bench.simulation.Trace;
import io.flashsale.bench.simulation.Violation;
import io.flashsale.engine.Outcome;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** Runs simulations one after the other, and says what was hit. For one thread. */
final class SimulationDrill {
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final double NANOS_PER_SECOND = 1e9;

    private final PrintStream out;
    private final boolean traced;
    private final Trace total = new Trace(null);

    SimulationDrill(final PrintStream out, final boolean traced) {
        this.out = out;
        this.traced = traced;
    }

    /** What was hit, all runs together. */
    Trace total() {
        return total;
    }

    /**
     * Runs.
     *
     * @param firstSeed of as many as there are.
     * @param seeds     how many.
     * @param time      after which no other one is begun.
     * @return false if a promise was broken.
     */
    boolean run(final long firstSeed, final long seeds, final Duration time) {
        // A disk that fails a thousand times a second would fill the log.
        final Logger log = (Logger) LoggerFactory.getLogger("io.flashsale");
        final Level level = log.getLevel();
        log.setLevel(Level.OFF);
        try {
            return runQuietly(firstSeed, seeds, time);
        } finally {
            log.setLevel(level);
        }
    }

    private boolean runQuietly(final long firstSeed, final long seeds, final Duration time) {
        final long begin = System.nanoTime();
        long shownAt = begin;
        long run = 0;
        while (run < seeds && System.nanoTime() - begin < time.toNanos()) {
            if (!runOne(firstSeed + run)) {
                return false;
            }
            run++;
            if (System.nanoTime() - shownAt > PROGRESS_NANOS) {
                shownAt = System.nanoTime();
                out.printf("%,d of %,d seeds, %.0f a second%n", run, seeds, rate(run, begin));
            }
        }
        out.printf("%,d seeds from %d on, %.0f a second: no promise was broken%n", run, firstSeed, rate(run, begin));
        for (final Event event : Event.values()) {
            out.printf("  %-52s %,d%n", event, total.count(event));
        }
        for (final Outcome outcome : Outcome.values()) {
            if (total.count(outcome) > 0) {
                out.printf("  decided %-44s %,d%n", outcome, total.count(outcome));
            }
        }
        return true;
    }

    private static double rate(final long run, final long begin) {
        return run * NANOS_PER_SECOND / (System.nanoTime() - begin);
    }

    private boolean runOne(final long seed) {
        final Trace trace = new Trace(traced ? out : null);
        try {
            Simulation.run(seed, trace);
            total.addCounts(trace);
            if (traced) {
                out.printf("seed %d: hash %016x%n", seed, trace.hash());
            }
            return true;
        } catch (final Violation e) {
            out.printf("seed %d, step %d: %s%n", seed, trace.step(), e.getMessage());
            if (e.getCause() != null) {
                e.getCause().printStackTrace(out);
            }
            out.printf(
                    "again, with every event: ./flash-sale drill simulate --seeds 1 --first-seed %d --trace%n", seed);
            return false;
        }
    }
}
