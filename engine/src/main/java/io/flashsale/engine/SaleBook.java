package io.flashsale.engine;

/**
 * One sale's items: who holds or bought which, until when, and by which code.
 *
 * <p>Items live in primitive arrays indexed by item. The live holds of a sale all last equally long, so appending each
 * new one to a doubly linked list keeps the list in order of expiry; the links are item-indexed too, and
 * purchase, release and expiry unlink in constant time. An item's status counts only if it carries this sale's stamp:
 * anything else is an available item, which is why opening the next sale in a used book touches no item. Statuses have an
 * array of their own, because to refuse an item, which is most of what a sale does, is to look at nothing else.
 */
final class SaleBook {
    static final int NONE = -1;

    /** Bits of a status that hold the state; the sale's stamp stands above them. */
    private static final int STATE_BITS = 2;

    private final int capacity;
    private final int[] statuses;
    private final ItemRecords records;
    private final UserTable userTable;

    private SaleRules rules;
    private long saleId;
    private long opensAtMillis;
    private long closesAtMillis;
    private int stamp;
    private int held;
    private int sold;
    private int firstToExpire;
    private int lastToExpire;
    private long itemsHash;

    SaleBook(final int capacity) {
        this.capacity = capacity;
        statuses = new int[capacity];
        records = new ItemRecords(capacity);
        userTable = new UserTable(capacity);
    }

    int capacity() {
        return capacity;
    }

    void open(final SaleRules newRules, final long newOpensAtMillis, final long newClosesAtMillis) {
        if (newRules.items() > capacity) {
            throw new IllegalArgumentException("book of " + capacity + " items opened for " + newRules.items());
        }
        rules = newRules;
        opensAtMillis = newOpensAtMillis;
        closesAtMillis = newClosesAtMillis;
        saleId = newOpensAtMillis / 1_000;
        stamp += 1 << STATE_BITS;
        if (stamp == 0) {
            // Never 0, which is what fresh arrays carry. After a billion sales, old stamps come round again.
            for (int item = 0; item < capacity; item++) {
                statuses[item] = 0;
            }
            stamp += 1 << STATE_BITS;
        }
        held = 0;
        sold = 0;
        firstToExpire = NONE;
        lastToExpire = NONE;
        itemsHash = 0;
        // Not the stamp: a table's generation is 32 bits wide, and no two sales of a journal share an id.
        userTable.restart((int) saleId + 1, newRules.hashSeed());
    }

    void hold(
            final int item,
            final long user,
            final long nonce,
            final long checkoutKey,
            final long expiresAtMillis,
            final long checkoutSequence) {
        assert state(item) == ItemState.AVAILABLE : item;
        status(item, ItemState.HELD);
        itemsHash += records.hold(item, user, nonce, checkoutKey, expiresAtMillis, checkoutSequence);
        link(item, expiresAtMillis);
        userTable.increment(user);
        held++;
        checkCounts();
    }

    void sell(final int item, final long purchaseKey) {
        assert state(item) == ItemState.HELD : item;
        itemsHash += records.sell(item, purchaseKey);
        unlink(item);
        status(item, ItemState.SOLD);
        held--;
        sold++;
        checkCounts();
    }

    void free(final int item) {
        assert state(item) == ItemState.HELD : item;
        itemsHash -= records.heldHash(item);
        unlink(item);
        status(item, ItemState.AVAILABLE);
        userTable.decrement(records.user(item));
        held--;
        checkCounts();
    }

    void expire(final long nowMillis) {
        while (firstToExpire != NONE && records.expiresAtMillis(firstToExpire) <= nowMillis) {
            free(firstToExpire);
        }
    }

    ItemState state(final int item) {
        final int status = statuses[item];
        if (status == (stamp | ItemState.HELD.code())) {
            return ItemState.HELD;
        }
        return status == (stamp | ItemState.SOLD.code()) ? ItemState.SOLD : ItemState.AVAILABLE;
    }

    boolean isAvailable(final int item) {
        return state(item) == ItemState.AVAILABLE;
    }

    private void status(final int item, final ItemState state) {
        statuses[item] = stamp | state.code();
    }

    boolean contains(final int item) {
        return item >= 0 && item < rules.items();
    }

    SaleRules rules() {
        return rules;
    }

    long saleId() {
        return saleId;
    }

    long opensAtMillis() {
        return opensAtMillis;
    }

    long closesAtMillis() {
        return closesAtMillis;
    }

    int held() {
        return held;
    }

    int sold() {
        return sold;
    }

    int available() {
        return rules.items() - held - sold;
    }

    int countOf(final long user) {
        return userTable.count(user);
    }

    long user(final int item) {
        return records.user(item);
    }

    long nonce(final int item) {
        return records.nonce(item);
    }

    long checkoutKey(final int item) {
        return records.checkoutKey(item);
    }

    long purchaseKey(final int item) {
        return records.purchaseKey(item);
    }

    long expiresAtMillis(final int item) {
        return records.expiresAtMillis(item);
    }

    long checkoutSequence(final int item) {
        return records.checkoutSequence(item);
    }

    int firstToExpire() {
        return firstToExpire;
    }

    int nextToExpire(final int item) {
        return records.next(item);
    }

    /** Hash of everything that can change a later outcome. Kept up item by item, so this is O(1). */
    long hash() {
        long hash = Mixer.fold(saleId, closesAtMillis);
        hash = Mixer.fold(hash, ((long) rules.items() << 32) | rules.userLimit());
        hash = Mixer.fold(hash, ((long) rules.holdMillis() << 32) | rules.saleMillis());
        hash = Mixer.fold(hash, rules.rulesVersion());
        hash = Mixer.fold(hash, ((long) held << 32) | sold);
        return Mixer.fold(hash, itemsHash);
    }

    private void link(final int item, final long expiresAtMillis) {
        if (lastToExpire == NONE) {
            firstToExpire = item;
        } else {
            if (expiresAtMillis < records.expiresAtMillis(lastToExpire)) {
                throw new IllegalStateException("hold of item " + item + " expires before an earlier one");
            }
            records.next(lastToExpire, item);
        }
        records.links(item, lastToExpire, NONE);
        lastToExpire = item;
    }

    private void unlink(final int item) {
        final int before = records.previous(item);
        final int after = records.next(item);
        if (before == NONE) {
            firstToExpire = after;
        } else {
            records.next(before, after);
        }
        if (after == NONE) {
            lastToExpire = before;
        } else {
            records.previous(after, before);
        }
    }

    private void checkCounts() {
        if (held < 0 || sold < 0 || held + sold > rules.items()) {
            throw new IllegalStateException(
                    "sale " + saleId + ": " + held + " held and " + sold + " sold of " + rules.items());
        }
        assert countsMatchItems() : "sale " + saleId;
    }

    /** The expensive walk, under assertions and for small sales only: tests pass through here millions of times. */
    private boolean countsMatchItems() {
        if (rules.items() > 64) {
            return true;
        }
        int walkedHeld = 0;
        int walkedSold = 0;
        for (int item = 0; item < rules.items(); item++) {
            final ItemState state = state(item);
            walkedHeld += state == ItemState.HELD ? 1 : 0;
            walkedSold += state == ItemState.SOLD ? 1 : 0;
        }
        int listed = 0;
        for (int item = firstToExpire; item != NONE; item = records.next(item)) {
            listed++;
        }
        return walkedHeld == held && walkedSold == sold && listed == held;
    }

    @Override
    public String toString() {
        return "sale " + saleId + " (" + available() + " available, " + held + " held, " + sold + " sold)";
    }
}
