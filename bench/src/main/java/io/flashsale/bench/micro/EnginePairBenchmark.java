package io.flashsale.bench.micro;

import io.flashsale.engine.Outcome;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * Reserving a free item and buying it, nanoseconds for both together. A thousand items are reserved, in random order and
 * each by another user, then the thousand are bought; when all are sold, the next sale opens. Encoding the commands is
 * included: a purchase's code is known only now. <b>Baseline:</b> the same traffic through {@link NaiveSale}.
 */
public class EnginePairBenchmark extends EngineState {
    private final long[] codesHigh = new long[BATCH];
    private final long[] codesLow = new long[BATCH];
    private final UUID[] codes = new UUID[BATCH];
    private int next;

    private boolean opensSale() {
        final boolean soldOut = next == items;
        next = soldOut ? 0 : next;
        return soldOut;
    }

    /** The engine. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void engine() {
        if (opensSale()) {
            nextSale();
        }
        for (int i = 0; i < BATCH; i++) {
            final int item = order[next++];
            command.wrap(buffer, 0).checkout(item, item, next, 0);
            apply(buffer, 0);
            codesHigh[i] = decision.codeHigh();
            codesLow[i] = decision.codeLow();
        }
        int accepted = 0;
        for (int i = 0; i < BATCH; i++) {
            command.wrap(buffer, 0).purchase(codesHigh[i], codesLow[i], 0);
            accepted += apply(buffer, 0) == Outcome.PURCHASED ? 1 : 0;
        }
        require(accepted == BATCH);
    }

    /** The baseline. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void naive() {
        if (opensSale()) {
            naive.restart();
        }
        for (int i = 0; i < BATCH; i++) {
            final int item = order[next++];
            codes[i] = naive.checkout(item, item, next);
        }
        int accepted = 0;
        for (int i = 0; i < BATCH; i++) {
            accepted += naive.purchase(codes[i]) ? 1 : 0;
        }
        require(accepted == BATCH);
    }
}
