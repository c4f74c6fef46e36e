package io.flashsale.bench.simulation;

import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.SimulatedSegmentStorage;
import io.flashsale.journal.SyncPolicy;
import io.flashsale.projector.AttemptsKept;
import java.time.Duration;

/**
 * What a seed decides about a run before it begins: how it sells, and how often what goes wrong. Rates are of 1,000 steps.
 *
 * @param steps         of the run, before the faults stop.
 * @param policy        when answers are sent.
 * @param users         number of different ones.
 * @param startMillis   wall time at the first start.
 * @param stepMillis    most time that a step takes.
 * @param segmentBytes  at which a segment is succeeded.
 * @param segmentMillis after which it is.
 * @param retain        how long segments are kept.
 * @param snapshotEvery commands between two snapshots.
 * @param batchCommands of one transaction, about.
 * @param attemptsKept  which become rows.
 * @param outside       whether the projector reads as it does in a process of its own.
 * @param crashes       rate of ends of the process.
 * @param powerLosses   of 1,000 ends, those with a loss of power.
 * @param stops         rate of orderly stops.
 * @param diskFaults    rate.
 * @param databaseFaults rate.
 * @param clockSteps    rate.
 * @param pauses        rate of long quiet times.
 */
record SimulationPlan(
        int steps,
        SyncPolicy policy,
        int users,
        long startMillis,
        int stepMillis,
        long segmentBytes,
        int segmentMillis,
        Duration retain,
        int snapshotEvery,
        int batchCommands,
        AttemptsKept attemptsKept,
        boolean outside,
        int crashes,
        int powerLosses,
        int stops,
        int diskFaults,
        int databaseFaults,
        int clockSteps,
        int pauses) {
    private static final long EPOCH = 1_700_000_000_000L;
    private static final int DAY_SECONDS = 86_400;
    private static final int RESERVE_BYTES = 2 * SimulatedSegmentStorage.FILL_BYTES;
    private static final int[] SALE_SECONDS = {1, 10, 60, 600, 3_600};

    static SimulationPlan of(final SimulationRandom random) {
        final SyncPolicy policy =
                random.chance(700) ? SyncPolicy.ALWAYS : random.nextBoolean() ? SyncPolicy.INTERVAL : SyncPolicy.NEVER;
        return new SimulationPlan(
                random.between(200, 1_200),
                policy,
                random.between(1, 8),
                EPOCH + random.below(DAY_SECONDS) * 1_000L + random.below(1_000),
                random.chance(500) ? random.between(1, 50) : random.between(50, 5_000),
                SimulatedSegmentStorage.FILL_BYTES * (long) random.between(1, 6),
                random.chance(500) ? random.between(1_000, 60_000) : DAY_SECONDS * 1_000,
                Duration.ofSeconds(random.chance(500) ? random.between(1, 600) : DAY_SECONDS),
                random.between(10, 400),
                random.between(1, 100),
                random.chance(700) ? AttemptsKept.ALL : AttemptsKept.ACCEPTED,
                policy != SyncPolicy.NEVER && random.chance(250),
                rate(random, 15),
                random.between(0, 1_000),
                rate(random, 8),
                rate(random, 20),
                rate(random, 30),
                rate(random, 10),
                rate(random, 10));
    }

    /** A third of the runs goes without. */
    private static int rate(final SimulationRandom random, final int most) {
        return random.chance(333) ? 0 : random.between(1, most);
    }

    JournalConfig journal() {
        return new JournalConfig(policy, segmentBytes, 1, RESERVE_BYTES, RESERVE_BYTES, 10_000_000, segmentMillis);
    }

    static SaleRules rules(final SimulationRandom random) {
        final int saleMillis = SALE_SECONDS[random.below(SALE_SECONDS.length)] * 1_000;
        return new SaleRules(
                EngineLimits.RULES_VERSION,
                random.between(1, 12),
                random.between(1, 4),
                random.chance(300) ? saleMillis : random.between(1, saleMillis),
                saleMillis,
                random.nextLong());
    }
}
