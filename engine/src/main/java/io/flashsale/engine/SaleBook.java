package io.flashsale.engine;

/**
 * One sale's items: who holds or bought which, until when, and by which code.
 *
 * <p>Items live in primitive arrays indexed by item. The live holds of a sale all last equally long, so appending each
 * new one to a doubly linked list keeps the list in order of expiry; the links are item-indexed arrays too, and
 * purchase, release and expiry unlink in constant time. An item's entry counts only if it carries this sale's stamp:
 * anything else is an available item, which is why opening the next sale in a used book touches no item.
 */
final class SaleBook {
    static final int NONE = -1;

    private final int capacity;
    private final int[] stamps;
    private final byte[] states;
    private final long[] users;
    private final long[] nonces;
    private final long[] checkoutKeys;
    private final long[] purchaseKeys;
    private final long[] expiries;
    private final long[] checkoutSequences;
    private final int[] previous;
    private final int[] next;
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
        stamps = new int[capacity];
        states = new byte[capacity];
        users = new long[capacity];
        nonces = new long[capacity];
        checkoutKeys = new long[capacity];
        purchaseKeys = new long[capacity];
        expiries = new long[capacity];
        checkoutSequences = new long[capacity];
        previous = new int[capacity];
        next = new int[capacity];
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
        // Never 0, which is what fresh arrays carry: the sale that opens at the epoch is a sale like others.
        stamp = (int) saleId + 1;
        held = 0;
        sold = 0;
        firstToExpire = NONE;
        lastToExpire = NONE;
        itemsHash = 0;
        userTable.restart(stamp, newRules.hashSeed());
    }

    void hold(
            final int item,
            final long user,
            final long nonce,
            final long checkoutKey,
            final long expiresAtMillis,
            final long checkoutSequence) {
        assert state(item) == ItemState.AVAILABLE : item;
        stamps[item] = stamp;
        states[item] = ItemState.HELD.code();
        users[item] = user;
        nonces[item] = nonce;
        checkoutKeys[item] = checkoutKey;
        purchaseKeys[item] = 0;
        expiries[item] = expiresAtMillis;
        checkoutSequences[item] = checkoutSequence;
        link(item);
        userTable.increment(user);
        held++;
        itemsHash += itemHash(item);
        checkCounts();
    }

    void sell(final int item, final long purchaseKey) {
        assert state(item) == ItemState.HELD : item;
        itemsHash -= itemHash(item);
        unlink(item);
        states[item] = ItemState.SOLD.code();
        purchaseKeys[item] = purchaseKey;
        held--;
        sold++;
        itemsHash += itemHash(item);
        checkCounts();
    }

    void free(final int item) {
        assert state(item) == ItemState.HELD : item;
        itemsHash -= itemHash(item);
        unlink(item);
        states[item] = ItemState.AVAILABLE.code();
        userTable.decrement(users[item]);
        held--;
        checkCounts();
    }

    void expire(final long nowMillis) {
        while (firstToExpire != NONE && expiries[firstToExpire] <= nowMillis) {
            free(firstToExpire);
        }
    }

    ItemState state(final int item) {
        if (stamps[item] != stamp) {
            return ItemState.AVAILABLE;
        }
        final byte code = states[item];
        return code == ItemState.HELD.code()
                ? ItemState.HELD
                : code == ItemState.SOLD.code() ? ItemState.SOLD : ItemState.AVAILABLE;
    }

    boolean isAvailable(final int item) {
        return stamps[item] != stamp || states[item] == ItemState.AVAILABLE.code();
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
        return users[item];
    }

    long nonce(final int item) {
        return nonces[item];
    }

    long checkoutKey(final int item) {
        return checkoutKeys[item];
    }

    long purchaseKey(final int item) {
        return purchaseKeys[item];
    }

    long expiresAtMillis(final int item) {
        return expiries[item];
    }

    long checkoutSequence(final int item) {
        return checkoutSequences[item];
    }

    int firstToExpire() {
        return firstToExpire;
    }

    int nextToExpire(final int item) {
        return next[item];
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

    private long itemHash(final int item) {
        long hash = Mixer.fold(states[item], item);
        hash = Mixer.fold(hash, users[item]);
        hash = Mixer.fold(hash, nonces[item]);
        hash = Mixer.fold(hash, checkoutKeys[item]);
        hash = Mixer.fold(hash, purchaseKeys[item]);
        hash = Mixer.fold(hash, expiries[item]);
        return Mixer.fold(hash, checkoutSequences[item]);
    }

    private void link(final int item) {
        if (lastToExpire != NONE && expiries[item] < expiries[lastToExpire]) {
            throw new IllegalStateException("hold of item " + item + " expires before an earlier one");
        }
        previous[item] = lastToExpire;
        next[item] = NONE;
        if (lastToExpire == NONE) {
            firstToExpire = item;
        } else {
            next[lastToExpire] = item;
        }
        lastToExpire = item;
    }

    private void unlink(final int item) {
        final int before = previous[item];
        final int after = next[item];
        if (before == NONE) {
            firstToExpire = after;
        } else {
            next[before] = after;
        }
        if (after == NONE) {
            lastToExpire = before;
        } else {
            previous[after] = before;
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
        for (int item = firstToExpire; item != NONE; item = next[item]) {
            listed++;
        }
        return walkedHeld == held && walkedSold == sold && listed == held;
    }

    @Override
    public String toString() {
        return "sale " + saleId + " (" + available() + " available, " + held + " held, " + sold + " sold)";
    }
}
