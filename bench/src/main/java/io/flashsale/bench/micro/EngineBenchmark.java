package io.flashsale.bench.micro;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Decision;
import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SaleRules;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What deciding costs: random checkouts, each accepted one bought or given back next, through the engine and through the
 * obvious sale on a {@link HashMap} as the baseline. The sale rolls over all the time, so the engine never only refuses.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class EngineBenchmark {
    private static final int BATCH = 1_024;
    private static final int ITEMS = 10_000;
    private static final int USERS = 1_000_000;

    private final SplittableRandom random = new SplittableRandom(42);
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[CommandFlyweight.LENGTH]);
    private final CommandFlyweight command = new CommandFlyweight();
    private final Decision decision = new Decision();
    private SaleEngine engine;
    private Map<Integer, Long> baseline;
    private long now;

    /** Opens a sale. */
    @Setup(Level.Iteration)
    public void open() {
        engine = new SaleEngine();
        baseline = new HashMap<>();
        now = 1_700_000_000_000L;
        command.wrap(buffer, 0).configure(new SaleRules(EngineLimits.RULES_VERSION, ITEMS, 10, 1_000, 1_000, 7));
        engine.apply(1, now, buffer, 0, decision);
    }

    /**
     * The engine.
     *
     * @return accepted checkouts.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int engine() {
        int accepted = 0;
        now += 20;
        for (int i = 0; i < BATCH; i++) {
            if (decision.outcome() == Outcome.RESERVED) {
                accepted++;
                command.wrap(buffer, 0).purchase(decision.codeHigh(), decision.codeLow(), 0);
            } else {
                command.wrap(buffer, 0).checkout(random.nextInt(USERS), random.nextInt(ITEMS), random.nextLong(), 0);
            }
            engine.apply(engine.lastSequence() + 1, now, buffer, 0, decision);
        }
        return accepted;
    }

    /**
     * The baseline: a map from item to holder, without codes, limits, expiry or roll-over of its own.
     *
     * @return accepted checkouts.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int hashMapBaseline() {
        int accepted = 0;
        now += 20;
        if (now % 1_000 == 0) {
            baseline.clear();
        }
        for (int i = 0; i < BATCH; i++) {
            accepted += baseline.putIfAbsent(random.nextInt(ITEMS), (long) random.nextInt(USERS)) == null ? 1 : 0;
        }
        return accepted;
    }
}
