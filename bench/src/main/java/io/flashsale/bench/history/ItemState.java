package io.flashsale.bench.history;

import java.util.BitSet;
import java.util.UUID;

/**
 * One way an item of one sale may be, given the history so far: free, held or sold, to whom and by which code, and which
 * unanswered requests were needed for that. Immutable; times in epoch milliseconds of the service's clock.
 *
 * @param kind        free, held or sold.
 * @param user        who holds or bought it; {@link #STRANGER} if the history does not know.
 * @param code        by which code; null if nobody was told it.
 * @param key         of the checkout that took it, 0: none.
 * @param purchaseKey of the purchase that bought it, 0: none.
 * @param takenFrom   held: taken at the earliest.
 * @param takenTo     held: taken at the latest.
 * @param used        unanswered requests, by their index, that this state takes to have been decided.
 */
record ItemState(
        Kind kind, long user, UUID code, long key, long purchaseKey, long takenFrom, long takenTo, BitSet used) {
    enum Kind {
        FREE,
        HELD,
        SOLD
    }

    /** Somebody of before the recording. Users of a load are above 0. */
    static final long STRANGER = Long.MIN_VALUE;

    private static final BitSet NONE = new BitSet();
    static final ItemState UNTOUCHED = new ItemState(Kind.FREE, STRANGER, null, 0, 0, 0, 0, NONE);

    static ItemState soldToStranger() {
        return new ItemState(Kind.SOLD, STRANGER, null, 0, 0, 0, 0, NONE);
    }

    static ItemState heldByStranger(final long takenTo) {
        return new ItemState(Kind.HELD, STRANGER, null, 0, 0, Long.MIN_VALUE / 2, takenTo, NONE);
    }

    ItemState free() {
        return new ItemState(Kind.FREE, STRANGER, null, 0, 0, 0, 0, used);
    }

    ItemState held(final HistoryEvent by, final UUID newCode, final long from, final long to) {
        return new ItemState(Kind.HELD, by.user(), newCode, by.key(), 0, from, to, used);
    }

    ItemState withCode(final UUID newCode) {
        return new ItemState(kind, user, newCode, key, purchaseKey, takenFrom, takenTo, used);
    }

    ItemState sold(final long newPurchaseKey) {
        return new ItemState(Kind.SOLD, user, code, key, newPurchaseKey, takenFrom, takenTo, used);
    }

    ItemState using(final int index) {
        final BitSet more = (BitSet) used.clone();
        more.set(index);
        return new ItemState(kind, user, code, key, purchaseKey, takenFrom, takenTo, more);
    }

    boolean isFree() {
        return kind == Kind.FREE;
    }

    boolean isHeld() {
        return kind == Kind.HELD;
    }

    boolean isSold() {
        return kind == Kind.SOLD;
    }

    boolean hasCode(final UUID wanted) {
        return wanted.equals(code);
    }
}
