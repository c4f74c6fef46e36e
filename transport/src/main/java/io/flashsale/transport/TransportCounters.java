package io.flashsale.transport;

import io.flashsale.engine.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What the transport counted since it started. Each event loop counts in an array of its own, so counting costs a plain
 * addition; a reader, on any thread, adds the arrays up. Sums of several counters are not of one moment.
 */
public final class TransportCounters {
    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);

    /** Keeps one loop's counters out of its neighbour's cache lines, in longs. */
    private static final int PADDING = 16;

    private static final int MAX_STATUS = 600;
    private static final int OUTCOMES = Byte.MAX_VALUE + 1;

    private static final int FIRST_REFUSAL = PADDING + Counter.COUNT;
    private static final int FIRST_OUTCOME = FIRST_REFUSAL + Refusal.COUNT;
    private static final int FIRST_STATUS = FIRST_OUTCOME + OUTCOMES;
    private static final int LENGTH = FIRST_STATUS + MAX_STATUS + PADDING;

    private final long[][] loops;

    TransportCounters(final int loops) {
        this.loops = new long[loops][LENGTH];
    }

    /**
     * One counter.
     *
     * @param counter which.
     * @return count.
     */
    public long total(final Counter counter) {
        return sum(PADDING + counter.index());
    }

    /**
     * Requests that were refused with 503.
     *
     * @param refusal why.
     * @return count.
     */
    public long refused(final Refusal refusal) {
        return sum(FIRST_REFUSAL + refusal.index());
    }

    /**
     * Answers whose outcome the engine decided, dropped ones included.
     *
     * @param outcome which.
     * @return count.
     */
    public long outcomes(final Outcome outcome) {
        return sum(FIRST_OUTCOME + outcome.code());
    }

    /**
     * Answers handed to a socket.
     *
     * @param status HTTP status, 100 to 599.
     * @return count.
     */
    public long answers(final int status) {
        return sum(FIRST_STATUS + status);
    }

    /**
     * Connections open now, on both ports.
     *
     * @return count.
     */
    public long openConnections() {
        return total(Counter.CONNECTIONS_ACCEPTED) - total(Counter.CONNECTIONS_CLOSED);
    }

    /** The view of one event loop, whose thread alone may count. */
    Local local(final int loop) {
        return new Local(loops[loop]);
    }

    private long sum(final int cell) {
        long sum = 0;
        for (final long[] cells : loops) {
            sum += (long) CELLS.getOpaque(cells, cell);
        }
        return sum;
    }

    /** Counts for one event loop. */
    static final class Local {
        private final long[] cells;

        private Local(final long[] cells) {
            this.cells = cells;
        }

        void count(final Counter counter) {
            add(PADDING + counter.index(), 1);
        }

        void count(final Counter counter, final long by) {
            add(PADDING + counter.index(), by);
        }

        void refused(final Refusal refusal) {
            add(FIRST_REFUSAL + refusal.index(), 1);
        }

        void outcome(final Outcome outcome) {
            add(FIRST_OUTCOME + outcome.code(), 1);
        }

        void answer(final int status) {
            add(FIRST_STATUS + status, 1);
        }

        private void add(final int cell, final long by) {
            CELLS.setOpaque(cells, cell, cells[cell] + by);
        }
    }
}
