package io.flashsale.bench.micro;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Outcome;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * Refusing a random user's checkout of a random item which is sold, nanoseconds a command: most of what a popular sale does.
 * One item is not sold and not asked for, so that the engine has to look at the item.
 *
 * <p><b>Baselines:</b> {@code naive}, the same through {@link NaiveSale}; and {@code floor}, what no decision can do without:
 * the fields of the command, and one look at a random item.
 */
public class EngineRefusalBenchmark extends EngineState {
    private byte[] states;
    private int unsold;

    @Override
    void prepareMore() {
        states = new byte[items];
        unsold = order[items - 1];
        for (int i = 0; i < items - 1; i++) {
            sell(order[i]);
        }
        for (int i = 0; i < trafficLength; i++) {
            command.wrap(traffic, i * CommandFlyweight.LENGTH);
            if (command.item() == unsold) {
                command.checkout(command.user(), order[0], command.nonce(), 0);
            }
        }
    }

    /** The engine. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void engine() {
        final int first = nextTraffic();
        int refused = 0;
        for (int i = 0; i < BATCH; i++) {
            refused += apply(traffic, first + i * CommandFlyweight.LENGTH) == Outcome.ITEM_SOLD ? 1 : 0;
        }
        require(refused == BATCH);
    }

    /** The baseline. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void naive() {
        final int first = nextTraffic();
        int refused = 0;
        for (int i = 0; i < BATCH; i++) {
            command.wrap(traffic, first + i * CommandFlyweight.LENGTH);
            refused += naive.checkout(command.user(), command.item(), command.nonce()) == null ? 1 : 0;
        }
        require(refused == BATCH);
    }

    /**
     * The least.
     *
     * @return depends on all that was read.
     */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long floor() {
        final int first = nextTraffic();
        long sum = 0;
        for (int i = 0; i < BATCH; i++) {
            command.wrap(traffic, first + i * CommandFlyweight.LENGTH);
            sum += command.type().code() + command.user() + command.nonce() + command.retryKey();
            sum += states[command.item()];
        }
        return sum;
    }
}
