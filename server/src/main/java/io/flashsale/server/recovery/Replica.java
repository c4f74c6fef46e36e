package io.flashsale.server.recovery;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Decision;
import io.flashsale.engine.SaleEngine;
import io.flashsale.journal.BatchHandler;
import org.agrona.MutableDirectBuffer;

/** An engine that applies the batches of a journal, and says what it decided to whoever wants to know. */
public final class Replica implements BatchHandler {
    private final SaleEngine engine;
    private final DecisionListener listener;
    private final Decision decision = new Decision();

    /** Is told of every decision of a replay. */
    @FunctionalInterface
    public interface DecisionListener {
        /** Ignores every decision. */
        DecisionListener NONE = (buffer, offset, decision) -> {};

        /**
         * A command was decided.
         *
         * @param buffer   that holds the command.
         * @param offset   of its first byte.
         * @param decision what was decided; valid during the call.
         */
        void onDecision(MutableDirectBuffer buffer, int offset, Decision decision);
    }

    /**
     * A replica.
     *
     * @param engine   that has applied everything before the first batch.
     * @param listener is told of every decision.
     */
    public Replica(final SaleEngine engine, final DecisionListener listener) {
        this.engine = engine;
        this.listener = listener;
    }

    /**
     * Applies a batch.
     *
     * @throws UnreplayableJournalException if this build decides otherwise than the live run did, or cannot decide.
     */
    @Override
    public void onBatch(
            final long firstSequence,
            final int count,
            final long timestampMillis,
            final MutableDirectBuffer buffer,
            final int offset) {
        for (int i = 0; i < count; i++) {
            final int at = offset + i * CommandFlyweight.LENGTH;
            engine.apply(firstSequence + i, timestampMillis, buffer, at, decision);
            if (decision.outcome().isFatal()) {
                throw new UnreplayableJournalException(decision);
            }
            listener.onDecision(buffer, at, decision);
        }
    }

    /** The engine. */
    public SaleEngine engine() {
        return engine;
    }
}
