package io.flashsale.projector;

/**
 * How far the database is, as one statement saw it.
 *
 * @param sequence        through which it has the rows.
 * @param newestSaleId    the sale that was open then, or -1 if there was none.
 * @param saleBeforeId    the sale before that, whose last holds may still be bought, or -1 if there is none.
 * @param newestSaleKeeps which of its attempts are rows; null if there is no sale.
 */
public record DatabaseProgress(long sequence, long newestSaleId, long saleBeforeId, AttemptsKept newestSaleKeeps) {
    boolean hasSale(final long saleId) {
        return saleId == newestSaleId || saleId == saleBeforeId;
    }
}
