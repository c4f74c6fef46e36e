package io.flashsale.engine;

/**
 * What is true of every engine between two commands. A running engine keeps it by itself; a restored one is checked
 * once, because a snapshot that breaks it would break an invariant later, in the middle of a sale.
 */
final class EngineInvariants {
    private EngineInvariants() {}

    /**
     * Walks the whole state.
     *
     * @param engine to check.
     * @throws IllegalStateException if the engine is in a state that no commands lead to.
     */
    static void check(final SaleEngine engine) {
        final long now = engine.nowMillis();
        check(now >= 0 && now <= EngineLimits.MAX_TIME_MILLIS, "time", now);
        check(engine.lastSequence() >= 0, "sequence", engine.lastSequence());
        final long checkpoint = engine.checkpointSequence();
        check(checkpoint >= 0 && checkpoint <= engine.lastSequence(), "checkpoint", checkpoint);
        final SaleBook open = engine.openBook();
        final SaleBook closing = engine.closingBook();
        check((open == null) == (engine.pendingRules() == null), "sale and rules", engine.saleId());
        if (open != null) {
            check(open.opensAtMillis() <= now && now < open.closesAtMillis(), "open sale", open.saleId());
            check(engine, open);
        }
        if (closing != null) {
            check(closing.closesAtMillis() <= open.opensAtMillis(), "closing sale", closing.saleId());
            final long length = open.closesAtMillis() - open.opensAtMillis();
            check(length >= closing.rules().holdMillis(), "length of the open sale", length);
            check(engine, closing);
        }
    }

    private static void check(final SaleEngine engine, final SaleBook book) {
        final long opensAt = book.opensAtMillis();
        final long closesAt = book.closesAtMillis();
        check(opensAt >= 0 && opensAt % 1_000 == 0 && opensAt < closesAt, "opening", opensAt);
        check(closesAt % book.rules().saleMillis() == 0, "closing", closesAt);
        final long latestCheckout = Math.min(engine.nowMillis(), closesAt - 1);
        for (int item = 0; item < book.rules().items(); item++) {
            if (!book.isAvailable(item)) {
                final long expiresAt = book.expiresAtMillis(item);
                final long checkedOutAt = expiresAt - book.rules().holdMillis();
                check(checkedOutAt >= opensAt && checkedOutAt <= latestCheckout, "expiry of item", item);
                check(book.state(item) == ItemState.SOLD || expiresAt > engine.nowMillis(), "hold of item", item);
                final long sequence = book.checkoutSequence(item);
                check(sequence > 0 && sequence <= engine.lastSequence(), "checkout of item", item);
                check(book.nonce(item) == SaleCode.nonce(book.nonce(item)), "code of item", item);
                check(book.countOf(book.user(item)) <= book.rules().userLimit(), "user of item", item);
            }
        }
    }

    private static void check(final boolean holds, final String what, final long value) {
        if (!holds) {
            throw new IllegalStateException("impossible " + what + " " + value);
        }
    }
}
