package io.flashsale.bench.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.flashsale.engine.Outcome;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Set the system property {@code simulation.seed} to begin with the seed that a failure has printed. */
class SimulationTest {
    /** Always the same: a build does not fail by chance. {@code drill simulate} looks further. */
    private static final long FIRST_SEED = 1_000_000;

    private static final long SECONDS = 10;
    private static final int MOST_COVERING_SEEDS = 120;

    /** No client can ask for these, and a service that decides one has a bug. */
    private static final EnumSet<Outcome> NEVER =
            EnumSet.of(Outcome.COMMAND_UNKNOWN, Outcome.CONFIGURATION_REFUSED, Outcome.RULES_UNKNOWN, Outcome.DIVERGED);

    private static final Logger LOG = (Logger) LoggerFactory.getLogger("io.flashsale");
    private static Level level;

    @BeforeAll
    static void silence() {
        level = LOG.getLevel();
        LOG.setLevel(Level.OFF);
    }

    @AfterAll
    static void speak() {
        LOG.setLevel(level);
    }

    @Test
    void shouldKeepEveryPromise() {
        final long first = Long.getLong("simulation.seed", FIRST_SEED);
        final long begin = System.nanoTime();
        for (long seed = first; System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(SECONDS); seed++) {
            final long ran = seed;
            final Trace trace = run(seed);
            for (final Outcome outcome : NEVER) {
                assertEquals(0, trace.count(outcome), () -> "decided " + outcome + ", simulation.seed=" + ran);
            }
        }
    }

    @Test
    void shouldHitEveryFaultAndEveryOutcome() {
        final Trace total = new Trace(null);
        Set<Object> missing = Set.of();
        for (long seed = 1; seed <= MOST_COVERING_SEEDS; seed++) {
            total.addCounts(run(seed));
            missing = missing(total);
            if (missing.isEmpty()) {
                break;
            }
        }
        assertEquals(Set.of(), missing, "not in " + MOST_COVERING_SEEDS + " seeds");
    }

    private static Set<Object> missing(final Trace total) {
        final Set<Object> missing = new LinkedHashSet<>();
        for (final Event event : Event.values()) {
            if (total.count(event) == 0) {
                missing.add(event);
            }
        }
        for (final Outcome outcome : EnumSet.complementOf(NEVER)) {
            if (total.count(outcome) == 0) {
                missing.add(outcome);
            }
        }
        return missing;
    }

    @Test
    void shouldRunAlikeFromTheSameSeed() {
        long before = 0;
        for (long seed = 100; seed < 110; seed++) {
            final long hash = run(seed).hash();
            assertEquals(hash, run(seed).hash(), "seed " + seed);
            assertNotEquals(before, hash, "seed " + seed);
            before = hash;
        }
    }

    private static Trace run(final long seed) {
        final Trace trace = new Trace(null);
        try {
            Simulation.run(seed, trace);
        } catch (final Violation e) {
            throw new AssertionError(
                    "simulation.seed=" + seed + ", step " + trace.step() + ": " + e.getMessage()
                            + " (./flash-sale drill simulate --seeds 1 --first-seed " + seed + " --trace)",
                    e);
        }
        return trace;
    }
}
