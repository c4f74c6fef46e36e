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
    private final SaleEngine engine;
    private final Decision decision = new Decision();
    private final ProjectionBatch batch;
    private final AttemptsKept attemptsOfNewSales;
    private final DatabaseProgress progress;
    private final boolean journalIsWhole;
    private long openAtProgress;
    private long keptSaleId;
    private AttemptsKept attemptsKept;

    /**
     * A replica.
     *
     * @param batch              takes the rows; is emptied.
     * @param start              the engine to begin with, and what the journal begins with.
     * @param journalIsWhole     false if the journal's beginning was deleted: then rows of sales that had opened by the
     *                           progress and are not in the database cannot be made, and are left out.
     * @param attemptsOfNewSales for sales that open behind the progress.
     * @param progress           commands through it have their rows in the database already.
     */
    ProjectionReplica(
            final ProjectionBatch batch,
            final ReplayStart start,
            final boolean journalIsWhole,
            final AttemptsKept attemptsOfNewSales,
            final DatabaseProgress progress) {
        this.batch = batch;
        this.attemptsOfNewSales = attemptsOfNewSales;
        this.progress = progress;
        this.journalIsWhole = journalIsWhole;
        engine = start.engine();
        openAtProgress = engine.saleId();
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
            if (sequence > progress.sequence()) {
                collect();
            } else {
                openAtProgress = engine.saleId();
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
            case PURCHASED -> {
                if (!isLost(decision.saleId())) {
                    batch.purchase(decision);
                }
            }
            case RELEASED -> {
                if (!isLost(decision.saleId())) {
                    batch.release(decision);
                }
            }
            default -> {
                // Changes no row.
            }
        }
    }

    /** A sale whose rows are gone and cannot be made again. */
    private boolean isLost(final long saleId) {
        return !journalIsWhole && saleId <= openAtProgress && !progress.hasSale(saleId);
    }

    private void attempt() {
        if (engine.saleId() < 0) {
            // Before the first sale there is none to file it under.
            return;
        }
        if (isLost(decision.saleId())) {
            return;
        }
        if (decision.saleId() != keptSaleId) {
            throw new ProjectionException(
                    "sale " + decision.saleId() + " was open at the database's progress " + progress.sequence()
                            + " but has no row in sales: restore the database, or empty it to have it rebuilt");
        }
        if (attemptsKept.keeps(decision.outcome())) {
            batch.checkout(decision);
        }
    }

    /** The engine's time. */
    long nowMillis() {
        return engine.nowMillis();
    }

    /** The last command applied. */
    long lastSequence() {
        return engine.lastSequence();
    }

    /** The engine's. */
    long stateHash() {
        return engine.stateHash();
    }
}
