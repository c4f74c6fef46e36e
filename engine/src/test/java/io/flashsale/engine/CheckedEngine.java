package io.flashsale.engine;

import java.util.HexFormat;
import org.agrona.concurrent.UnsafeBuffer;

/** An engine with the naive model beside it: every command goes to both, and every difference fails. */
final class CheckedEngine {
    private final SaleEngine engine = new SaleEngine();
    private final NaiveSale model = new NaiveSale();
    private final Decision decision = new Decision();
    private final byte[] bytes = new byte[CommandFlyweight.LENGTH];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final CommandFlyweight command = new CommandFlyweight().wrap(buffer, 0);

    /** The command to fill in before {@link #apply}. */
    CommandFlyweight command() {
        return command;
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    SaleEngine engine() {
        return engine;
    }

    Decision decision() {
        return decision;
    }

    Outcome apply(final long timestampMillis) {
        final long sequence = engine.lastSequence() + 1;
        engine.apply(sequence, timestampMillis, buffer, 0, decision);
        final NaiveSale.Answer answer = model.apply(sequence, timestampMillis, bytes);
        model.seeHash(engine.stateHash());
        compareDecision(answer);
        compareState();
        return decision.outcome();
    }

    private void compareDecision(final NaiveSale.Answer answer) {
        same("outcome", answer.outcome.code(), decision.outcome().code());
        same("sale opened", answer.saleOpened ? 1 : 0, decision.saleOpened() ? 1 : 0);
        same("decision's sale", answer.saleId, decision.saleId());
        same("decision's item", answer.item, decision.item());
        same("decision's user", answer.user, decision.user());
        same("code, high", answer.code.getMostSignificantBits(), decision.codeHigh());
        same("code, low", answer.code.getLeastSignificantBits(), decision.codeLow());
        same("expiry", answer.expiresAt, decision.expiresAtMillis());
        same("sequence of the checkout", answer.checkoutSequence, decision.checkoutSequence());
        same("sequence", engine.lastSequence(), decision.sequence());
        same("time", model.now(), decision.timestampMillis());
    }

    private void compareState() {
        same("time", model.now(), engine.nowMillis());
        same("sale", model.saleId(), engine.saleId());
        same("opening", model.opensAt(), engine.opensAtMillis());
        same("closing", model.closesAt(), engine.closesAtMillis());
        same("items", model.items(), engine.items());
        same("sold", model.sold(), engine.sold());
        same("held", model.held(), engine.held());
        same("held in the closing sale", model.closingHeld(), engine.closingHeld());
        same("available", model.items() - model.held() - model.sold(), engine.available());
        same("last checkpoint", model.checkpointSequence(), engine.checkpointSequence());
    }

    /** The states of all items: not after every command, because the model needs a scan for each. */
    void compareItems() {
        for (int item = 0; item < engine.items(); item++) {
            same(
                    "state of item " + item,
                    model.state(item).code(),
                    engine.itemState(item).code());
        }
    }

    private void same(final String what, final long expected, final long actual) {
        if (expected != actual) {
            throw new AssertionError(what + ": the model says " + expected + ", the engine " + actual + ", outcome "
                    + decision.outcome() + ", command " + engine.lastSequence() + ", time " + engine.nowMillis() + ": "
                    + HexFormat.of().formatHex(bytes));
        }
    }
}
