package io.flashsale.transport;

import io.flashsale.engine.Outcome;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Answers on their way from the response thread to one event loop: one producer, one consumer, no allocation. An answer
 * takes one cache line.
 *
 * <p>It cannot overflow, since an event loop has at most as many commands outstanding as there are cells; the check
 * that it does not is cheap and stays.
 */
final class AnswerQueue {
    private static final VarHandle PUBLISHED;
    private static final VarHandle CONSUMED;

    private static final int ROUTE = 0;
    private static final int OUTCOME = 1;
    private static final int SEQUENCE = 2;
    private static final int CODE_HIGH = 3;
    private static final int CODE_LOW = 4;
    private static final int USER = 5;
    private static final int EXPIRES_AT = 6;
    private static final int CELL_SHIFT = 3;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            PUBLISHED = lookup.findVarHandle(AnswerQueue.class, "published", long.class);
            CONSUMED = lookup.findVarHandle(AnswerQueue.class, "consumed", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] cells;
    private final int mask;

    /** Answers written, published or not. The producer's. */
    private long written;
    /** Consumed answers that the producer knows of. The producer's. */
    private long knownConsumed;
    /** Answers that the consumer may read. */
    private long published;
    /** Answers that the producer may overwrite. */
    private long consumed;

    /** Takes answers out. */
    @FunctionalInterface
    interface Consumer {
        void onAnswer(
                long route,
                Outcome outcome,
                long sequence,
                long codeHigh,
                long codeLow,
                long user,
                long expiresAtMillis);
    }

    /** A queue with room for a power of two of answers. */
    AnswerQueue(final int capacity) {
        cells = new long[capacity << CELL_SHIFT];
        mask = capacity - 1;
    }

    /** Writes an answer, which the consumer cannot see yet. Producer only. */
    void write(
            final long route,
            final Outcome outcome,
            final long sequence,
            final long codeHigh,
            final long codeLow,
            final long user,
            final long expiresAtMillis) {
        if (written - knownConsumed > mask) {
            knownConsumed = (long) CONSUMED.getAcquire(this);
            if (written - knownConsumed > mask) {
                throw new IllegalStateException("more answers than commands");
            }
        }
        final int cell = ((int) written & mask) << CELL_SHIFT;
        cells[cell + ROUTE] = route;
        cells[cell + OUTCOME] = outcome.code();
        cells[cell + SEQUENCE] = sequence;
        cells[cell + CODE_HIGH] = codeHigh;
        cells[cell + CODE_LOW] = codeLow;
        cells[cell + USER] = user;
        cells[cell + EXPIRES_AT] = expiresAtMillis;
        written++;
    }

    /** Lets the consumer see what was written. Producer only. */
    void publish() {
        PUBLISHED.setRelease(this, written);
    }

    /** Whether answers were written that the consumer cannot see yet. Producer only. */
    boolean hasUnpublished() {
        return written != published;
    }

    /** Takes out all answers that are visible now. Consumer only. */
    void drain(final Consumer consumer) {
        final long end = (long) PUBLISHED.getAcquire(this);
        for (long next = consumed; next < end; next++) {
            final int cell = ((int) next & mask) << CELL_SHIFT;
            consumer.onAnswer(
                    cells[cell + ROUTE],
                    Outcome.of((byte) cells[cell + OUTCOME]),
                    cells[cell + SEQUENCE],
                    cells[cell + CODE_HIGH],
                    cells[cell + CODE_LOW],
                    cells[cell + USER],
                    cells[cell + EXPIRES_AT]);
        }
        CONSUMED.setRelease(this, end);
    }
}
