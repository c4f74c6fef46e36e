package io.flashsale.projector;

import io.flashsale.engine.Decision;
import io.flashsale.engine.SaleEngine;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The first pass of a verification: which sales opened, and what happened to their checkouts and items afterwards. Its
 * memory grows with what was bought or released, not with what was attempted.
 */
final class ExpectedPurchases implements JournalReplay.Listener {
    static final long NEVER = Long.MIN_VALUE;

    private final List<OpenedSale> sales = new ArrayList<>();
    private final Long2LongHashMap purchasedAt = new Long2LongHashMap(NEVER);
    private final Long2LongHashMap releasedAt = new Long2LongHashMap(NEVER);
    private final Long2ObjectHashMap<Int2ObjectHashMap<Buyer>> buyers = new Long2ObjectHashMap<>();

    /**
     * Who bought an item, and when.
     *
     * @param user     any value.
     * @param atMillis epoch milliseconds.
     */
    record Buyer(long user, long atMillis) {}

    private final long floorSale;

    /** For sales that opened after one. */
    ExpectedPurchases(final long floorSale) {
        this.floorSale = floorSale;
    }

    @Override
    public void onDecision(final SaleEngine engine, final Decision decision) {
        if (decision.saleOpened()) {
            // What is kept of its attempts is for the database to say.
            sales.add(OpenedSale.of(engine, AttemptsKept.ALL));
        }
        if (decision.saleId() <= floorSale) {
            return;
        }
        switch (decision.outcome()) {
            case PURCHASED -> {
                purchasedAt.put(decision.checkoutSequence(), decision.timestampMillis());
                buyers.computeIfAbsent(decision.saleId(), id -> new Int2ObjectHashMap<>())
                        .put(decision.item(), new Buyer(decision.user(), decision.timestampMillis()));
            }
            case RELEASED -> releasedAt.put(decision.checkoutSequence(), decision.timestampMillis());
            default -> {
                // Changes no earlier row.
            }
        }
    }

    List<OpenedSale> sales() {
        return sales;
    }

    long purchases() {
        return purchasedAt.size();
    }

    /** Epoch milliseconds, or {@link #NEVER}. */
    long purchasedAt(final long checkoutSequence) {
        return purchasedAt.get(checkoutSequence);
    }

    /** Epoch milliseconds, or {@link #NEVER}. */
    long releasedAt(final long checkoutSequence) {
        return releasedAt.get(checkoutSequence);
    }

    /** Null if nobody bought it. */
    Buyer buyer(final long saleId, final int item) {
        final Int2ObjectHashMap<Buyer> ofSale = buyers.get(saleId);
        return ofSale == null ? null : ofSale.get(item);
    }
}
