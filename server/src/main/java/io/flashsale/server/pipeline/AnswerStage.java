package io.flashsale.server.pipeline;

import io.flashsale.engine.SaleEngine;
import io.flashsale.transport.AnswerSink;
import io.flashsale.transport.SaleBoard;

/**
 * Sends the outcomes of a batch back to the event loops and shows the sale's counters, both only now: nobody may learn
 * of a decision before it is as durable as the policy promises. Runs on the engine's thread.
 */
final class AnswerStage implements Stage {
    private final CommandRing ring;
    private final SaleEngine engine;
    private final SaleBoard board;
    private final long journalBase;
    private AnswerSink answers;

    /**
     * Assigns.
     *
     * @param ring        that holds the outcomes.
     * @param engine      whose counters are shown.
     * @param board       that shows them.
     * @param journalBase journal sequence of ring sequence 0.
     */
    AnswerStage(final CommandRing ring, final SaleEngine engine, final SaleBoard board, final long journalBase) {
        this.ring = ring;
        this.engine = engine;
        this.board = board;
        this.journalBase = journalBase;
    }

    /** Connects the transport, which is built after the pipeline. Before it is, no command has a route. */
    void answers(final AnswerSink sink) {
        answers = sink;
    }

    @Override
    public void onBatch(final long first, final long last) {
        publishBoard();
        boolean answered = false;
        for (long sequence = first; sequence <= last; sequence++) {
            final Slot slot = ring.slot(sequence);
            if (slot.route != Slot.NO_ROUTE) {
                answers.answer(slot.route, slot.outcome, journalBase + sequence, slot.codeHigh, slot.codeLow);
                answered = true;
            }
        }
        if (answered) {
            answers.flush();
        }
    }

    private void publishBoard() {
        board.publish(
                engine.saleId(),
                engine.opensAtMillis(),
                engine.closesAtMillis(),
                engine.items(),
                engine.available(),
                engine.held(),
                engine.sold(),
                engine.nowMillis());
    }
}
