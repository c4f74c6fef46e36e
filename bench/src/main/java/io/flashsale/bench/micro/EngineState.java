package io.flashsale.bench.micro;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Decision;
import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SaleRules;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;

/**
 * An engine with an open sale, the naive sale beside it, and prepared traffic. Both go on to the next sale when the
 * benchmark says so. The engine allocates nothing: {@code -prof gc} shows 0 B/op for it, and
 * what the naive sale allocates.
 */
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 4, time = 1)
public abstract class EngineState extends Microbenchmark {
    /** Commands of an invocation. */
    static final int BATCH = 1_000;

    private static final int LEAST_TRAFFIC = 64 * BATCH;

    private static final int SALE_MILLIS = 1_000;
    private static final int USER_LIMIT = 10;

    /** Items of a sale. */
    @Param({"10000", "1000000"})
    int items;

    /** Prepared checkouts: as many as the service's ring holds, and as there are items. */
    UnsafeBuffer traffic;

    int trafficLength;
    final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(CommandFlyweight.LENGTH));
    final CommandFlyweight command = new CommandFlyweight();
    final Decision decision = new Decision();
    /** Every item, in random order. */
    int[] order;

    NaiveSale naive;
    private SaleEngine engine;
    private long now;
    private int position;

    /** For JMH's generated subclasses. */
    protected EngineState() {}

    /** Prepares checkouts of random users and items, and the sale. */
    @Setup(Level.Trial)
    public void prepare() {
        open();
        final SplittableRandom random = new SplittableRandom(42);
        order = new int[items];
        for (int i = 0; i < items; i++) {
            final int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        trafficLength = Math.max(LEAST_TRAFFIC, items);
        traffic = new UnsafeBuffer(ByteBuffer.allocateDirect(trafficLength * CommandFlyweight.LENGTH));
        for (int i = 0; i < trafficLength; i++) {
            command.wrap(traffic, i * CommandFlyweight.LENGTH)
                    .checkout(random.nextLong(), random.nextInt(items), random.nextLong(), 0);
        }
        prepareMore();
    }

    /** What a benchmark needs besides, done after all the rest. */
    void prepareMore() {}

    /** Opens a sale, after two in which everything was sold: no later one meets memory for the first time. */
    private void open() {
        now = 1_700_000_000_000L;
        engine = new SaleEngine();
        naive = new NaiveSale(items, USER_LIMIT);
        command.wrap(buffer, 0)
                .configure(new SaleRules(EngineLimits.RULES_VERSION, items, USER_LIMIT, SALE_MILLIS, SALE_MILLIS, 7));
        apply(buffer, 0);
        for (int sale = 0; sale < 2; sale++) {
            for (int item = 0; item < items; item++) {
                sell(item);
            }
            nextSale();
            naive.restart();
        }
    }

    /** Has the engine decide the command at an offset. */
    final Outcome apply(final UnsafeBuffer commands, final int offset) {
        engine.apply(engine.lastSequence() + 1, now, commands, offset, decision);
        return decision.outcome();
    }

    /** Lets time pass until the next sale opens, with the engine's next command. */
    final void nextSale() {
        now += SALE_MILLIS;
    }

    /** Sells an item to a user. */
    final void sell(final int item) {
        command.wrap(buffer, 0).checkout(item, item, item, 0);
        apply(buffer, 0);
        command.wrap(buffer, 0).purchase(decision.codeHigh(), decision.codeLow(), 0);
        require(apply(buffer, 0) == Outcome.PURCHASED);
        require(naive.purchase(naive.checkout(item, item, item)));
    }

    /** Offset of the next {@link #BATCH} prepared checkouts, round and round. */
    final int nextTraffic() {
        final int offset = position * CommandFlyweight.LENGTH;
        position = (position + BATCH) % trafficLength;
        return offset;
    }

    /** A benchmark that does not do what it says measures nothing. */
    static void require(final boolean asExpected) {
        if (!asExpected) {
            throw new IllegalStateException("a command was decided otherwise than the benchmark expects");
        }
    }
}
