package io.flashsale.engine;

/**
 * What a {@link CommandType#CONFIGURE} sets for the next sale.
 *
 * @param rulesVersion version of the rules by which commands are decided, 0 to 65,535.
 * @param items        number of items; they are numbered from 0.
 * @param userLimit    most live holds and purchases of one user in one sale.
 * @param holdMillis   how long a code can be bought, in milliseconds.
 * @param saleMillis   distance of two boundaries, in milliseconds.
 * @param hashSeed     seed of the user table, so that chosen user ids cannot collide on purpose.
 */
public record SaleRules(int rulesVersion, int items, int userLimit, int holdMillis, int saleMillis, long hashSeed) {

    /**
     * Says what is wrong with these rules. The rules version is not looked at.
     *
     * @return the first violated limit in words, or null if there is none.
     */
    public String violation() {
        if (items < 1 || items > EngineLimits.MAX_ITEMS) {
            return "items must be 1 to " + EngineLimits.MAX_ITEMS + ", not " + items;
        }
        if (userLimit < 1 || userLimit > EngineLimits.MAX_ITEMS) {
            return "user limit must be 1 to " + EngineLimits.MAX_ITEMS + ", not " + userLimit;
        }
        if (saleMillis < EngineLimits.MIN_SALE_MILLIS
                || saleMillis > EngineLimits.MAX_SALE_MILLIS
                || saleMillis % EngineLimits.MIN_SALE_MILLIS != 0) {
            return "a sale must last whole seconds, 1 to " + EngineLimits.MAX_SALE_MILLIS / 1_000 + ", not "
                    + saleMillis + " ms";
        }
        if (holdMillis < 1 || holdMillis > saleMillis) {
            return "a hold must last 1 ms to the sale's " + saleMillis + " ms, not " + holdMillis + " ms";
        }
        return null;
    }

    /**
     * The same rules with another seed.
     *
     * @param seed of the user table.
     * @return new rules.
     */
    public SaleRules withHashSeed(final long seed) {
        return new SaleRules(rulesVersion, items, userLimit, holdMillis, saleMillis, seed);
    }

    /** For people, without the hash seed: whoever chooses user ids must not learn it. */
    @Override
    public String toString() {
        return "rules " + rulesVersion + ": " + items + " items, " + userLimit + " per user, hold " + holdMillis
                + " ms, sale " + saleMillis + " ms";
    }
}
