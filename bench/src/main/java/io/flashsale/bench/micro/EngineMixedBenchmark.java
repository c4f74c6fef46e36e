package io.flashsale.bench.micro;

import io.flashsale.engine.Outcome;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * A whole sale, operations per microsecond: ten checkouts of random users and items for each item there is, every accepted
 * one bought at once, then the next sale. About one in eleven commands of a sale is a purchase. An operation is a checkout,
 * with its purchase if there is one. <b>Baseline:</b> the same traffic through {@link NaiveSale}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class EngineMixedBenchmark extends EngineState {
    private static final int ATTEMPTS_PER_ITEM = 10;

    private long attempts;
    private long user;
    private int item;

    /** The next random user and item: a step of a linear congruential generator, whose high bits are good enough here. */
    private void draw() {
        user = user * 6_364_136_223_846_793_005L + 1_442_695_040_888_963_407L;
        item = (int) (((user >>> 33) * items) >>> 31);
    }

    private boolean opensSale() {
        attempts += BATCH;
        if (attempts <= (long) ATTEMPTS_PER_ITEM * items) {
            return false;
        }
        attempts = BATCH;
        return true;
    }

    /**
     * The engine.
     *
     * @return items sold.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int engine() {
        if (opensSale()) {
            nextSale();
        }
        int sold = 0;
        for (int i = 0; i < BATCH; i++) {
            draw();
            command.wrap(buffer, 0).checkout(user, item, user, 0);
            if (apply(buffer, 0) == Outcome.RESERVED) {
                command.wrap(buffer, 0).purchase(decision.codeHigh(), decision.codeLow(), 0);
                sold += apply(buffer, 0) == Outcome.PURCHASED ? 1 : 0;
            }
        }
        return sold;
    }

    /**
     * The baseline.
     *
     * @return items sold.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int naive() {
        if (opensSale()) {
            naive.restart();
        }
        int sold = 0;
        for (int i = 0; i < BATCH; i++) {
            draw();
            final UUID code = naive.checkout(user, item, user);
            if (code != null) {
                sold += naive.purchase(code) ? 1 : 0;
            }
        }
        return sold;
    }
}
