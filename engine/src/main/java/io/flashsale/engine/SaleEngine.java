package io.flashsale.engine;

import org.agrona.MutableDirectBuffer;

/**
 * Owns the inventory and decides every command, in the order in which it is given.
 *
 * <p>The engine is <b>deterministic</b>: outcomes depend on the commands, their sequences and their timestamps alone. It
 * is <b>total</b>: any 32 bytes get an outcome, because a command that throws would crash every replay of the journal
 * that holds it. An exception from {@link #apply} is a violated invariant, that is a bug or broken memory; the process
 * must halt and not apply anything more.
 *
 * <p><b>Time</b> is the latest timestamp seen, at least 0 and at most {@link EngineLimits#MAX_TIME_MILLIS}; what it does to
 * sales and holds is in {@link SaleBooks}. <b>Memory</b> is fixed once a sale is open: only a sale with more items than any
 * before it allocates, when it opens.
 *
 * <p>Not thread-safe: one thread owns an engine.
 */
public final class SaleEngine {
    private static final long NO_SALE = -1;

    private final CommandFlyweight command = new CommandFlyweight();
    private SaleRules pendingRules;
    private final SaleBooks books;
    private long lastSequence;
    private long nowMillis;
    private long checkpointSequence;
    private long checkpointHash;

    /** An engine without rules or sale. The first {@link CommandType#CONFIGURE} opens the first sale. */
    public SaleEngine() {
        books = new SaleBooks(null, null);
    }

    /** What a snapshot restores. */
    SaleEngine(
            final long lastSequence,
            final long nowMillis,
            final long checkpointSequence,
            final long checkpointHash,
            final SaleRules pendingRules,
            final SaleBook open,
            final SaleBook closing) {
        this.lastSequence = lastSequence;
        this.nowMillis = nowMillis;
        this.checkpointSequence = checkpointSequence;
        this.checkpointHash = checkpointHash;
        this.pendingRules = pendingRules;
        books = new SaleBooks(open, closing);
    }

    /**
     * Decides one command.
     *
     * @param sequence        the command's journal sequence: the one after {@link #lastSequence()}.
     * @param timestampMillis epoch milliseconds at which its batch was journaled.
     * @param buffer          that holds the command; not changed.
     * @param offset          of the command's first byte.
     * @param decision        is set to what was decided.
     * @throws IllegalArgumentException if the sequence is not the next one.
     */
    public void apply(
            final long sequence,
            final long timestampMillis,
            final MutableDirectBuffer buffer,
            final int offset,
            final Decision decision) {
        if (sequence != lastSequence + 1) {
            throw new IllegalArgumentException("sequence " + sequence + " applied after " + lastSequence);
        }
        lastSequence = sequence;
        nowMillis = Math.max(nowMillis, Math.min(timestampMillis, EngineLimits.MAX_TIME_MILLIS));
        decision.begin(sequence, nowMillis);
        command.wrap(buffer, offset);
        final CommandType type = command.type();

        // A configuration comes before the roll-over that it triggers, and that before all the rest.
        final Outcome configured = type == CommandType.CONFIGURE ? configure(command.rules()) : null;
        decision.saleOpened(books.passTime(nowMillis, pendingRules));
        decision.outcome(type == null ? Outcome.COMMAND_UNKNOWN : decide(type, configured, decision));
    }

    private Outcome decide(final CommandType type, final Outcome configured, final Decision decision) {
        // Each field is read once, here: the compiler cannot keep anything in a register across a look into a buffer.
        return switch (type) {
            case CHECKOUT -> checkout(command.user(), command.item(), command.nonce(), command.retryKey(), decision);
            case PURCHASE -> purchase(command.codeHigh(), command.codeLow(), command.retryKey(), decision);
            case RELEASE -> release(command.codeHigh(), command.codeLow(), decision);
            case TICK -> Outcome.TICKED;
            case CONFIGURE -> configured;
            case CHECKPOINT -> checkpoint();
        };
    }

    private Outcome configure(final SaleRules rules) {
        if (rules.rulesVersion() != EngineLimits.RULES_VERSION) {
            return Outcome.RULES_UNKNOWN;
        }
        if (rules.violation() != null) {
            return Outcome.CONFIGURATION_REFUSED;
        }
        pendingRules = rules;
        return Outcome.CONFIGURED;
    }

    private Outcome checkout(
            final long user, final int item, final long nonce, final long retryKey, final Decision decision) {
        final SaleBook open = books.open();
        decision.attempt(open == null ? 0 : open.saleId(), user, item);
        if (retryKey != 0
                && (repeatsCheckout(open, user, item, retryKey, decision)
                        || repeatsCheckout(books.closing(), user, item, retryKey, decision))) {
            return Outcome.REPEATED;
        }
        if (open == null || !open.contains(item)) {
            return Outcome.ITEM_UNKNOWN;
        }
        if (open.sold() == open.rules().items()) {
            return Outcome.SOLD_OUT;
        }
        final ItemState state = open.state(item);
        if (state == ItemState.SOLD) {
            return Outcome.ITEM_SOLD;
        }
        if (state == ItemState.HELD) {
            return Outcome.ITEM_RESERVED;
        }
        final int userCount = open.countOf(user);
        if (userCount >= open.rules().userLimit()) {
            if (userCount > open.rules().userLimit()) {
                throw new IllegalStateException("user " + user + " has " + userCount + " items in " + open);
            }
            return Outcome.USER_LIMIT_REACHED;
        }
        open.hold(
                item,
                user,
                SaleCode.nonce(nonce),
                retryKey,
                nowMillis + open.rules().holdMillis(),
                lastSequence);
        setCode(open, item, decision);
        return Outcome.RESERVED;
    }

    private static boolean repeatsCheckout(
            final SaleBook book, final long user, final int item, final long retryKey, final Decision decision) {
        if (book == null
                || !book.contains(item)
                || book.isAvailable(item)
                || book.user(item) != user
                || book.checkoutKey(item) != retryKey) {
            return false;
        }
        setCode(book, item, decision);
        return true;
    }

    private static void setCode(final SaleBook book, final int item, final Decision decision) {
        decision.code(
                SaleCode.high(book.saleId(), item),
                SaleCode.low(book.nonce(item)),
                book.expiresAtMillis(item),
                book.checkoutSequence(item));
    }

    private Outcome purchase(final long high, final long low, final long retryKey, final Decision decision) {
        final Outcome refusal = refuseCode(high, low);
        final SaleBook book = books.of(SaleCode.saleId(high));
        final int item = SaleCode.item(high);
        if (refusal == null) {
            book.sell(item, retryKey);
        } else if (refusal != Outcome.CODE_USED || retryKey == 0 || book.purchaseKey(item) != retryKey) {
            return refusal;
        }
        setOwner(book, item, decision);
        return refusal == null ? Outcome.PURCHASED : Outcome.PURCHASED_AGAIN;
    }

    private Outcome release(final long high, final long low, final Decision decision) {
        final Outcome refusal = refuseCode(high, low);
        if (refusal != null) {
            return refusal;
        }
        final SaleBook book = books.of(SaleCode.saleId(high));
        final int item = SaleCode.item(high);
        setOwner(book, item, decision);
        book.free(item);
        return Outcome.RELEASED;
    }

    private static void setOwner(final SaleBook book, final int item, final Decision decision) {
        decision.attempt(book.saleId(), book.user(item), item);
        decision.code(0, 0, 0, book.checkoutSequence(item));
    }

    /** Why a code is not that of a live hold, or null if it is. Expired holds are gone by now. */
    private Outcome refuseCode(final long high, final long low) {
        final int item = SaleCode.item(high);
        final long saleId = SaleCode.saleId(high);
        if (!SaleCode.isWellFormed(high, low) || item >= EngineLimits.MAX_ITEMS || saleId > saleId()) {
            return Outcome.CODE_UNKNOWN;
        }
        final SaleBook book = books.of(saleId);
        if (book == null) {
            return Outcome.CODE_EXPIRED;
        }
        if (!book.contains(item)) {
            return Outcome.CODE_UNKNOWN;
        }
        if (book.isAvailable(item) || book.nonce(item) != SaleCode.nonce(low)) {
            return Outcome.CODE_EXPIRED;
        }
        return book.state(item) == ItemState.SOLD ? Outcome.CODE_USED : null;
    }

    private Outcome checkpoint() {
        final long previousSequence = command.previousSequence();
        final boolean comparable = previousSequence != 0 && previousSequence == checkpointSequence;
        if (comparable && command.previousHash() != checkpointHash) {
            return Outcome.DIVERGED;
        }
        checkpointSequence = lastSequence;
        checkpointHash = stateHash();
        return comparable ? Outcome.CHECKPOINT_PROVED : Outcome.CHECKPOINT_TAKEN;
    }

    /**
     * Hash of the state: two engines that would decide every later command alike have the same one. O(1).
     *
     * @return any value.
     */
    public long stateHash() {
        long hash = books.foldInto(nowMillis);
        if (pendingRules != null) {
            hash = Mixer.fold(hash, ((long) pendingRules.items() << 32) | pendingRules.userLimit());
            hash = Mixer.fold(hash, ((long) pendingRules.holdMillis() << 32) | pendingRules.saleMillis());
            hash = Mixer.fold(hash, pendingRules.rulesVersion());
        }
        return hash;
    }

    /**
     * The last command that was applied.
     *
     * @return its sequence, or 0.
     */
    public long lastSequence() {
        return lastSequence;
    }

    /**
     * The engine's time.
     *
     * @return epoch milliseconds.
     */
    public long nowMillis() {
        return nowMillis;
    }

    /**
     * The open sale.
     *
     * @return epoch seconds of its opening, or -1 before the first configuration.
     */
    public long saleId() {
        final SaleBook open = books.open();
        return open == null ? NO_SALE : open.saleId();
    }

    /**
     * When the open sale opened.
     *
     * @return epoch milliseconds, or 0 without a sale.
     */
    public long opensAtMillis() {
        final SaleBook open = books.open();
        return open == null ? 0 : open.opensAtMillis();
    }

    /**
     * When the open sale closes and the next one opens.
     *
     * @return epoch milliseconds, or 0 without a sale.
     */
    public long closesAtMillis() {
        final SaleBook open = books.open();
        return open == null ? 0 : open.closesAtMillis();
    }

    /**
     * The rules of the open sale.
     *
     * @return null without a sale.
     */
    public SaleRules rules() {
        final SaleBook open = books.open();
        return open == null ? null : open.rules();
    }

    /**
     * The rules of the next sale.
     *
     * @return null before the first configuration.
     */
    public SaleRules pendingRules() {
        return pendingRules;
    }

    /**
     * Items of the open sale.
     *
     * @return 0 without a sale.
     */
    public int items() {
        final SaleBook open = books.open();
        return open == null ? 0 : open.rules().items();
    }

    /**
     * Items of the open sale that are neither held nor sold.
     *
     * @return 0 to {@link #items()}.
     */
    public int available() {
        final SaleBook open = books.open();
        return open == null ? 0 : open.available();
    }

    /**
     * Items of the open sale that are held.
     *
     * @return 0 to {@link #items()}.
     */
    public int held() {
        final SaleBook open = books.open();
        return open == null ? 0 : open.held();
    }

    /**
     * Items of the open sale that are sold.
     *
     * @return 0 to {@link #items()}.
     */
    public int sold() {
        final SaleBook open = books.open();
        return open == null ? 0 : open.sold();
    }

    /**
     * Holds of the closing sale that can still be bought.
     *
     * @return 0 or more.
     */
    public int closingHeld() {
        final SaleBook closing = books.closing();
        return closing == null ? 0 : closing.held();
    }

    /**
     * State of an item of the open sale.
     *
     * @param item 0 to {@link #items()}, exclusive.
     * @return the state.
     * @throws IndexOutOfBoundsException if there is no such item.
     */
    public ItemState itemState(final int item) {
        final SaleBook open = books.open();
        if (open == null || !open.contains(item)) {
            throw new IndexOutOfBoundsException("no item " + item);
        }
        return open.state(item);
    }

    /**
     * When an item's hold in the open sale runs out.
     *
     * @param item one whose state is {@link ItemState#HELD}.
     * @return epoch milliseconds; of an item that is not held, any value.
     */
    public long itemExpiresAtMillis(final int item) {
        return books.open().expiresAtMillis(item);
    }

    /**
     * The last checkpoint.
     *
     * @return its sequence, or 0 for none.
     */
    public long checkpointSequence() {
        return checkpointSequence;
    }

    /**
     * The state hash at the last checkpoint.
     *
     * @return any value; 0 if there was none.
     */
    public long checkpointHash() {
        return checkpointHash;
    }

    SaleBook openBook() {
        return books.open();
    }

    SaleBook closingBook() {
        return books.closing();
    }
}
