package io.flashsale.server.pipeline;

import io.flashsale.engine.Decision;
import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleEngine;

/** Applies a batch to the engine and leaves each outcome in its slot. The one thread that owns the inventory. */
final class EngineStage implements Stage {
    private final CommandRing ring;
    private final SaleEngine engine;
    private final OutcomeCounters counters;
    private final long journalBase;
    private final Decision decision = new Decision();
    private volatile Checkpoint checkpoint;

    /**
     * Assigns.
     *
     * @param ring        that holds the commands.
     * @param engine      recovered through the journal's last sequence.
     * @param counters    of outcomes.
     * @param journalBase journal sequence of ring sequence 0.
     */
    EngineStage(
            final CommandRing ring, final SaleEngine engine, final OutcomeCounters counters, final long journalBase) {
        this.ring = ring;
        this.engine = engine;
        this.counters = counters;
        this.journalBase = journalBase;
        checkpoint = new Checkpoint(engine.checkpointSequence(), engine.checkpointHash());
    }

    /** The engine's last checkpoint. Any thread. */
    Checkpoint checkpoint() {
        return checkpoint;
    }

    @Override
    public void onBatch(final long first, final long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            final Slot slot = ring.slot(sequence);
            engine.apply(
                    journalBase + sequence, slot.timestampMillis, ring.commands(), ring.offset(sequence), decision);
            final Outcome outcome = decision.outcome();
            if (outcome.isFatal()) {
                throw new IllegalStateException(
                        "command " + decision.sequence() + " was decided " + outcome + ": the state cannot be trusted");
            }
            slot.outcome = outcome;
            slot.codeHigh = decision.codeHigh();
            slot.codeLow = decision.codeLow();
            slot.user = decision.user();
            slot.expiresAtMillis = decision.expiresAtMillis();
            counters.count(outcome);
        }
        if (engine.checkpointSequence() != checkpoint.sequence()) {
            checkpoint = new Checkpoint(engine.checkpointSequence(), engine.checkpointHash());
        }
        counters.publish();
    }
}
