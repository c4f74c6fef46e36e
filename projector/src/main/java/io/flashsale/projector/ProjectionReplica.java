package io.flashsale.projector;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Decision;
import io.flashsale.engine.SaleEngine;
import io.flashsale.journal.BatchHandler;
import org.agrona.MutableDirectBuffer;

/**
 * An engine that decides what the live one decided, and turns each decision behind a progress into rows. It knows nothing
 * of connections.
 *
 * <p>For one thread.
 */
final class ProjectionReplica implements BatchHandler {
    private final SaleEngine engine = new SaleEngine();
    private final Decision decision = new Decision();
    private final ProjectionBatch batch;
    private final AttemptsKept attemptsOfNewSales;
    private final long progress;
    private long keptSaleId;
    private AttemptsKept attemptsKept;

    /**
     * An empty replica.
     *
     * @param batch              takes the rows; is emptied.
     * @param attemptsOfNewSales for sales that open behind the progress.
     * @param progress           commands through it have their rows in the database already.
     */
    ProjectionReplica(
            final ProjectionBatch batch, final AttemptsKept attemptsOfNewSales, final DatabaseProgress progress) {
        this.batch = batch;
        this.attemptsOfNewSales = attemptsOfNewSales;
        this.progress = progress.sequence();
        keptSaleId = progress.newestSaleId();
        attemptsKept = progress.newestSaleKeeps();
        batch.clear(progress.sequence());
    }

    @Override
    public void onBatch(
            final long firstSequence,
            final int count,
            final long timestampMillis,
            final MutableDirectBuffer buffer,
            final int offset) {
        for (int i = 0; i < count; i++) {
            final long sequence = firstSequence + i;
            engine.apply(sequence, timestampMillis, buffer, offset + i * CommandFlyweight.LENGTH, decision);
            if (decision.outcome().isFatal()) {
                throw new ProjectionException("the projector's replica cannot go on at sequence " + sequence + ": "
                        + decision.outcome() + "; replay the journal with the build that wrote it");
            }
            if (sequence > progress) {
                collect();
            }
        }
    }

    private void collect() {
        batch.advance(decision.sequence());
        if (decision.saleOpened()) {
            keptSaleId = engine.saleId();
            attemptsKept = attemptsOfNewSales;
            batch.saleOpened(OpenedSale.of(engine, attemptsKept));
        }
        switch (decision.outcome()) {
            case RESERVED, REPEATED, ITEM_UNKNOWN, SOLD_OUT, ITEM_SOLD, ITEM_RESERVED, USER_LIMIT_REACHED -> attempt();
            case PURCHASED -> batch.purchase(decision);
            case RELEASED -> batch.release(decision);
            default -> {
                // Changes no row.
            }
        }
    }

    private void attempt() {
        if (engine.saleId() < 0) {
            // Before the first sale there is none to file it under.
            return;
        }
        if (decision.saleId() != keptSaleId) {
            throw new ProjectionException("sale " + decision.saleId() + " was open at the database's progress "
                    + progress + " but has no row in sales: restore the database, or empty it to have it rebuilt");
        }
        if (attemptsKept.keeps(decision.outcome())) {
            batch.checkout(decision);
        }
    }

    /** The last command applied. */
    long lastSequence() {
        return engine.lastSequence();
    }
}
