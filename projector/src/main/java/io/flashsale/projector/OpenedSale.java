package io.flashsale.projector;

import io.flashsale.engine.SaleEngine;

/**
 * A sale as it opened: everything that its row and its items' rows are made of.
 *
 * @param saleId         epoch seconds.
 * @param opensAtMillis  epoch milliseconds.
 * @param closesAtMillis epoch milliseconds.
 * @param items          how many.
 * @param userLimit      of one user.
 * @param attemptsKept   fixed now.
 */
public record OpenedSale(
        long saleId, long opensAtMillis, long closesAtMillis, int items, int userLimit, AttemptsKept attemptsKept) {

    static OpenedSale of(final SaleEngine engine, final AttemptsKept attemptsKept) {
        return new OpenedSale(
                engine.saleId(),
                engine.opensAtMillis(),
                engine.closesAtMillis(),
                engine.rules().items(),
                engine.rules().userLimit(),
                attemptsKept);
    }
}
