package io.flashsale.bench.load;

import java.util.Arrays;

/**
 * Whether {@code Sale-Sequence} is a total order: no place is given twice, and if an answer had arrived before a request
 * was sent, the request's place is the higher one. One thread at a time.
 *
 * <p>Real time is checked completely: the highest place answered before the send is compared, and it stands for all
 * lower ones. Uniqueness is checked among the last 16,777,216 places, in 2 MiB, however long the load: an older place
 * can only come from a request that was in flight all that while.
 */
final class SequenceCheck implements ExchangeListener {
    /** Places that are remembered; a power of two. */
    static final int WINDOW = 1 << 24;

    private final Violations violations;
    private final long[] seen = new long[WINDOW / Long.SIZE];
    private long highest = LoadListener.NO_SEQUENCE;

    SequenceCheck(final Violations violations) {
        this.violations = violations;
    }

    @Override
    public void ended(final Exchange exchange) {
        final long sequence = exchange.sequence();
        if (sequence == LoadListener.NO_SEQUENCE) {
            if (exchange.outcome().isDecided()) {
                violations.add("an answer that was decided (" + exchange.outcome() + ") has no Sale-Sequence");
            }
            return;
        }
        if (sequence <= exchange.answeredBeforeSend()) {
            violations.add("Sale-Sequence " + sequence + " answers a request that was sent after "
                    + exchange.answeredBeforeSend() + " had been answered");
        }
        advance(sequence);
        if (sequence > highest - WINDOW && !mark(sequence)) {
            violations.add("Sale-Sequence " + sequence + " was given twice");
        }
    }

    /** Forgets what leaves the window. */
    private void advance(final long sequence) {
        if (sequence - highest >= WINDOW) {
            Arrays.fill(seen, 0);
        } else {
            for (long place = highest + 1; place <= sequence; place++) {
                seen[index(place)] &= ~(1L << place);
            }
        }
        highest = Math.max(highest, sequence);
    }

    private boolean mark(final long sequence) {
        final long bit = 1L << sequence;
        final boolean fresh = (seen[index(sequence)] & bit) == 0;
        seen[index(sequence)] |= bit;
        return fresh;
    }

    private static int index(final long sequence) {
        return (int) (sequence & (WINDOW - 1)) / Long.SIZE;
    }
}
