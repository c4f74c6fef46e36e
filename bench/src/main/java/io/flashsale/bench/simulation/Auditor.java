package io.flashsale.bench.simulation;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Decision;
import io.flashsale.engine.NaiveSale;
import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleEngine;
import io.flashsale.projector.AttemptsKept;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Follows the ledger as far as it is durable, and so for ever: with the naive model, which must agree with every outcome, and
 * with an engine that was never restarted, whose state hash every other engine must have. What the model says becomes the
 * rows that the database must hold. For one thread.
 */
final class Auditor {
    /** One outcome, as the model has it. */
    private record Audited(NaiveSale.Answer answer, long millis, long saleId, DatabaseTables.Sale opened) {}

    private final Ledger ledger;
    private final Trace trace;
    private final AttemptsKept attemptsKept;
    private final NaiveSale model = new NaiveSale();
    private final SaleEngine engine = new SaleEngine();
    private final Decision decision = new Decision();
    private final UnsafeBuffer command = new UnsafeBuffer(new byte[CommandFlyweight.LENGTH]);
    private final List<Audited> audited = new ArrayList<>();
    private final List<Long> hashes = new ArrayList<>();
    private final DatabaseTables wanted;
    private long projected;

    Auditor(final Ledger ledger, final Trace trace, final AttemptsKept attemptsKept) {
        this.ledger = ledger;
        this.trace = trace;
        this.attemptsKept = attemptsKept;
        wanted = new DatabaseTables();
    }

    long through() {
        return audited.size();
    }

    /** Takes in what has become durable. */
    void advance(final long durable) {
        while (through() < durable) {
            audit(through() + 1, ledger.get(through() + 1));
        }
    }

    private void audit(final long sequence, final Ledger.Entry entry) {
        final NaiveSale.Answer answer = model.apply(sequence, entry.timestampMillis, entry.command);
        command.wrap(entry.command);
        engine.apply(sequence, entry.timestampMillis, command, 0, decision);
        model.seeHash(engine.stateHash());
        hashes.add(engine.stateHash());
        final boolean agrees = answer.outcome == entry.outcome
                && answer.code.getMostSignificantBits() == entry.codeHigh
                && answer.code.getLeastSignificantBits() == entry.codeLow
                && answer.expiresAt == entry.expiresAt;
        if (!agrees) {
            throw new Violation("the model decides sequence " + sequence + " " + answer.outcome + " " + answer.code
                    + " " + answer.expiresAt + ", the service " + entry);
        }
        Violation.check(!answer.outcome.isFatal(), "fatal outcome " + answer.outcome);
        Violation.same(engine.items(), engine.available() + engine.held() + engine.sold(), "items of a sale");
        Violation.same(model.sold(), engine.sold(), "sold items");
        Violation.same(model.held(), engine.held(), "held items");
        if (answer.outcome == Outcome.PURCHASED && answer.saleId != model.saleId()) {
            trace.add(Event.LATE_PURCHASE, sequence, answer.saleId);
        }
        DatabaseTables.Sale opened = null;
        if (answer.saleOpened) {
            trace.add(Event.SALE, sequence, model.saleId());
            opened = new DatabaseTables.Sale(
                    model.opensAt(), model.closesAt(), model.items(), model.userLimit(), attemptsKept.label());
        }
        audited.add(new Audited(answer, model.now(), model.saleId(), opened));
    }

    /** Compares a state with that of the engine that was never restarted, if that is as far. */
    void compareState(final String whose, final long sequence, final long stateHash) {
        if (sequence > 0 && sequence <= through()) {
            Violation.same(hashes.get((int) sequence - 1), stateHash, "state of " + whose + " after " + sequence);
        }
    }

    /** Compares a database with the model. */
    void compare(final SimulatedDatabase database) {
        final long progress = database.progress();
        Violation.check(progress <= through(), "the database has " + progress + ", durable is " + through());
        while (projected < progress) {
            projected++;
            project(projected, audited.get((int) projected - 1));
        }
        final String difference = wanted.difference(database.tables());
        Violation.check(difference == null, "database at " + progress + ": " + difference);
        trace.add(Event.DATABASE_COMPARED, progress, wanted.checkouts.size());
    }

    private void project(final long sequence, final Audited at) {
        if (at.opened != null) {
            wanted.open(at.saleId, at.opened);
        }
        final NaiveSale.Answer answer = at.answer;
        switch (answer.outcome) {
            case RESERVED, REPEATED, ITEM_UNKNOWN, SOLD_OUT, ITEM_SOLD, ITEM_RESERVED, USER_LIMIT_REACHED -> {
                final boolean accepted = answer.outcome == Outcome.RESERVED || answer.outcome == Outcome.REPEATED;
                if (at.saleId >= 0 && (accepted || attemptsKept == AttemptsKept.ALL)) {
                    wanted.attempt(sequence, answer, at.millis);
                }
            }
            case PURCHASED -> {
                Violation.check(
                        wanted.buy(answer, at.millis), "item " + answer.item + " of " + answer.saleId + " sold twice");
            }
            case RELEASED -> {
                Violation.check(
                        wanted.release(answer, at.millis),
                        "hold of " + answer.checkoutSequence + " released, and was over");
            }
            default -> {
                // Changes no row.
            }
        }
    }
}
