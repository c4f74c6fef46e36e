package io.flashsale.bench.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.flashsale.engine.Outcome;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Set the system property {@code simulation.seed} to begin with the seed that a failure has printed. */
class SimulationTest {
    private static final long SECONDS = 10;
    private static final int COVERING_SEEDS = 120;

    /** No client can ask for these, and a service that decides one has a bug. */
    private static final Set<Outcome> NEVER =
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
        final long first = Long.getLong("simulation.seed", System.nanoTime());
        final long begin = System.nanoTime();
        for (long seed = first; System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(SECONDS); seed++) {
            run(seed);
        }
    }

    @Test
    void shouldHitEveryFaultAndEveryOutcome() {
        final Trace total = new Trace(null);
        for (long seed = 1; seed <= COVERING_SEEDS; seed++) {
            total.addCounts(run(seed));
        }
        for (final Event event : Event.values()) {
            assertTrue(total.count(event) > 0, () -> "no " + event + " in " + COVERING_SEEDS + " seeds");
        }
        for (final Outcome outcome : Outcome.values()) {
            assertEquals(NEVER.contains(outcome), total.count(outcome) == 0, () -> "decided " + outcome);
        }
    }

    @Test
    void shouldRunAlikeFromTheSameSeed() {
        long before = 0;
        for (long seed = 100; seed < 120; seed++) {
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
