package io.flashsale.server.pipeline;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.SaleCode;
import io.flashsale.engine.SaleEngine;
import io.flashsale.transport.AnswerSink;
import io.flashsale.transport.ItemBoard;
import io.flashsale.transport.SaleBoard;

/**
 * Sends the outcomes of a batch back to the event loops and shows the sale's counters and items, all only now: nobody
 * may learn of a decision before it is as durable as the policy promises. Runs on the engine's thread.
 *
 * <p>Showing costs a store for each item that a command of the batch changed. Holds that ran out and sales that rolled
 * over cost nothing here, as {@link ItemBoard} explains.
 */
final class AnswerStage implements Stage {
    private final CommandRing ring;
    private final SaleEngine engine;
    private final SaleBoard board;
    private final long journalBase;
    private final CommandFlyweight command = new CommandFlyweight();
    private AnswerSink answers;
    private boolean recoveredItemsShown;

    /**
     * Assigns.
     *
     * @param ring        that holds the outcomes.
     * @param engine      whose counters and items are shown.
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
        publishItems(first, last);
        publishBoard();
        boolean answered = false;
        for (long sequence = first; sequence <= last; sequence++) {
            final Slot slot = ring.slot(sequence);
            if (slot.route != Slot.NO_ROUTE) {
                answers.answer(
                        slot.route,
                        slot.outcome,
                        journalBase + sequence,
                        slot.codeHigh,
                        slot.codeLow,
                        slot.user,
                        slot.expiresAtMillis);
                answered = true;
            }
        }
        if (answered) {
            answers.flush();
        }
    }

    private void publishItems(final long first, final long last) {
        final ItemBoard items = board.items();
        items.reserve(engine.items());
        if (!recoveredItemsShown) {
            recoveredItemsShown = true;
            for (int item = 0; item < engine.items(); item++) {
                publishItem(items, item);
            }
            return;
        }
        for (long sequence = first; sequence <= last; sequence++) {
            final Slot slot = ring.slot(sequence);
            switch (slot.outcome) {
                case RESERVED -> publishItem(items, slot.codeHigh);
                case PURCHASED, RELEASED ->
                    publishItem(
                            items,
                            command.wrap(ring.commands(), ring.offset(sequence)).codeHigh());
                default -> {
                    // Changes no item, or only by letting holds run out.
                }
            }
        }
    }

    /** Shows the item of a code as it is now, unless the code belongs to another sale than the open one. */
    private void publishItem(final ItemBoard items, final long codeHigh) {
        if (SaleCode.saleId(codeHigh) == engine.saleId()) {
            publishItem(items, SaleCode.item(codeHigh));
        }
    }

    private void publishItem(final ItemBoard items, final int item) {
        items.publish(
                engine.saleId(),
                engine.opensAtMillis(),
                item,
                engine.itemState(item),
                engine.itemExpiresAtMillis(item));
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
