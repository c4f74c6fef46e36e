package io.flashsale.bench.simulation;

import io.flashsale.engine.ItemCatalogue;
import io.flashsale.engine.NaiveSale;
import io.flashsale.engine.Outcome;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rows that PostgreSQL would hold. Two of them, the simulated database's and the model's, are compared as a whole.
 */
final class DatabaseTables {
    static final long NEVER = Long.MIN_VALUE;

    /** Of sales. */
    record Sale(long opensAt, long closesAt, int items, int userLimit, String attemptsKept) {}

    /** Key of an item. */
    record ItemKey(long saleId, int item) implements Comparable<ItemKey> {
        @Override
        public int compareTo(final ItemKey other) {
            final int bySale = Long.compare(saleId, other.saleId);
            return bySale != 0 ? bySale : Integer.compare(item, other.item);
        }
    }

    /** Of sale_items. */
    record Item(long saleStart, String name, String imageUrl, boolean purchased, long purchasedBy, long purchasedAt) {
        Item bought(final long user, final long at) {
            return new Item(saleStart, name, imageUrl, true, user, at);
        }
    }

    /** Of checkouts. */
    record Checkout(
            long saleId,
            long user,
            int item,
            long codeHigh,
            long codeLow,
            String outcome,
            long createdAt,
            long expiresAt,
            long purchasedAt,
            long releasedAt) {
        Checkout bought(final long at) {
            return new Checkout(saleId, user, item, codeHigh, codeLow, outcome, createdAt, expiresAt, at, releasedAt);
        }

        Checkout released(final long at) {
            return new Checkout(saleId, user, item, codeHigh, codeLow, outcome, createdAt, expiresAt, purchasedAt, at);
        }
    }

    final TreeMap<Long, Sale> sales = new TreeMap<>();
    final TreeMap<ItemKey, Item> items = new TreeMap<>();
    /** By sequence: the key has the sale before it, but sales follow each other in the journal. */
    final TreeMap<Long, Checkout> checkouts = new TreeMap<>();

    /** As the model has it: a sale and its items. */
    void open(final long saleId, final Sale sale) {
        sales.put(saleId, sale);
        for (int item = 0; item < sale.items; item++) {
            items.put(
                    new ItemKey(saleId, item),
                    new Item(sale.opensAt, ItemCatalogue.name(item), ItemCatalogue.imageUrl(item), false, 0, NEVER));
        }
    }

    /** As the model has it: a checkout, refused or not. */
    void attempt(final long sequence, final NaiveSale.Answer answer, final long millis) {
        final boolean reserved = answer.outcome == Outcome.RESERVED;
        checkouts.put(
                sequence,
                new Checkout(
                        answer.saleId,
                        answer.user,
                        answer.item,
                        reserved ? answer.code.getMostSignificantBits() : 0,
                        reserved ? answer.code.getLeastSignificantBits() : 0,
                        answer.outcome.name(),
                        millis,
                        reserved ? answer.expiresAt : NEVER,
                        NEVER,
                        NEVER));
    }

    /** As the model has it: a purchase; false if the item was sold, or the hold over. */
    boolean buy(final NaiveSale.Answer answer, final long millis) {
        final Item item = items.get(new ItemKey(answer.saleId, answer.item));
        final Checkout checkout = checkouts.get(answer.checkoutSequence);
        if (item.purchased || checkout.purchasedAt != NEVER || checkout.releasedAt != NEVER) {
            return false;
        }
        items.put(new ItemKey(answer.saleId, answer.item), item.bought(answer.user, millis));
        checkouts.put(answer.checkoutSequence, checkout.bought(millis));
        return true;
    }

    /** As the model has it: a release; false if the hold was over. */
    boolean release(final NaiveSale.Answer answer, final long millis) {
        final Checkout checkout = checkouts.get(answer.checkoutSequence);
        checkouts.put(answer.checkoutSequence, checkout.released(millis));
        return checkout.purchasedAt == NEVER && checkout.releasedAt == NEVER;
    }

    /** Says in words where two differ, or null. */
    String difference(final DatabaseTables found) {
        return !sales.equals(found.sales)
                ? first("sale", sales, found.sales)
                : !items.equals(found.items)
                        ? first("item", items, found.items)
                        : !checkouts.equals(found.checkouts) ? first("checkout", checkouts, found.checkouts) : null;
    }

    private static <K> String first(final String what, final Map<K, ?> wanted, final Map<K, ?> found) {
        final TreeMap<K, Object> keys = new TreeMap<>(wanted);
        keys.putAll(found);
        for (final K key : keys.keySet()) {
            final Object left = wanted.get(key);
            if (left == null || !left.equals(found.get(key))) {
                return what + " " + key + " is " + found.get(key) + ", not " + left;
            }
        }
        return null;
    }
}
