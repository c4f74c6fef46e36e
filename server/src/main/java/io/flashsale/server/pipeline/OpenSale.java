package io.flashsale.server.pipeline;

import io.flashsale.engine.SaleRules;

/**
 * By which rules is sold, once a sale is open.
 *
 * @param rules of the open sale.
 * @param next  of the sale after it.
 */
public record OpenSale(SaleRules rules, SaleRules next) {
    /** Whether the next sale is another kind of sale. The hash seed is not looked at: no client notices it. */
    public boolean changes() {
        return !rules.withHashSeed(0).equals(next.withHashSeed(0));
    }
}
