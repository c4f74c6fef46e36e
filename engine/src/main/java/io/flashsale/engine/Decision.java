package io.flashsale.engine;

/**
 * What {@link SaleEngine#apply} decided about one command. Reused from command to command by its owner; a field that the
 * outcome does not mention is 0.
 *
 * <p>Written by the engine's thread only.
 */
public final class Decision {
    private Outcome outcome;
    private long sequence;
    private long timestampMillis;
    private boolean saleOpened;
    private long saleId;
    private int item;
    private long user;
    private long codeHigh;
    private long codeLow;
    private long expiresAtMillis;
    private long checkoutSequence;

    void begin(final long sequence, final long timestampMillis) {
        this.sequence = sequence;
        this.timestampMillis = timestampMillis;
        outcome = null;
        saleOpened = false;
        saleId = 0;
        item = 0;
        user = 0;
        codeHigh = 0;
        codeLow = 0;
        expiresAtMillis = 0;
        checkoutSequence = 0;
    }

    void saleOpened(final boolean saleOpened) {
        this.saleOpened = saleOpened;
    }

    void outcome(final Outcome outcome) {
        this.outcome = outcome;
    }

    void attempt(final long saleId, final long user, final int item) {
        this.saleId = saleId;
        this.user = user;
        this.item = item;
    }

    void code(final long codeHigh, final long codeLow, final long expiresAtMillis, final long checkoutSequence) {
        this.codeHigh = codeHigh;
        this.codeLow = codeLow;
        this.expiresAtMillis = expiresAtMillis;
        this.checkoutSequence = checkoutSequence;
    }

    /**
     * What was decided.
     *
     * @return the outcome.
     */
    public Outcome outcome() {
        return outcome;
    }

    /**
     * The command's place in the total order.
     *
     * @return the journal sequence that was given to {@link SaleEngine#apply}.
     */
    public long sequence() {
        return sequence;
    }

    /**
     * The engine's time when it decided: never earlier than that of the command before.
     *
     * @return epoch milliseconds.
     */
    public long timestampMillis() {
        return timestampMillis;
    }

    /**
     * Whether this command opened a sale, before it was decided.
     *
     * @return true if {@link SaleEngine#saleId()} is a new one.
     */
    public boolean saleOpened() {
        return saleOpened;
    }

    /**
     * The sale that the decision belongs to: for a checkout the open one, refused or not, and also when it repeats a
     * checkout of the closing sale; for an accepted purchase or release, the code's.
     *
     * @return epoch seconds of the sale's opening.
     */
    public long saleId() {
        return saleId;
    }

    /**
     * The item of a checkout, or of an accepted purchase or release.
     *
     * @return for a checkout any value, as it was asked for.
     */
    public int item() {
        return item;
    }

    /**
     * The user of a checkout, or the holder whose purchase or release was accepted.
     *
     * @return any value.
     */
    public long user() {
        return user;
    }

    /**
     * The issued or repeated code, most significant bits.
     *
     * @return set for {@link Outcome#RESERVED} and {@link Outcome#REPEATED}.
     */
    public long codeHigh() {
        return codeHigh;
    }

    /**
     * The issued or repeated code, least significant bits.
     *
     * @return set for {@link Outcome#RESERVED} and {@link Outcome#REPEATED}.
     */
    public long codeLow() {
        return codeLow;
    }

    /**
     * When the code of {@link Outcome#RESERVED} or {@link Outcome#REPEATED} can no longer be bought.
     *
     * @return epoch milliseconds.
     */
    public long expiresAtMillis() {
        return expiresAtMillis;
    }

    /**
     * The checkout that issued the code of this decision: the decision's own sequence for {@link Outcome#RESERVED}, an
     * earlier one for {@link Outcome#REPEATED}, {@link Outcome#PURCHASED}, {@link Outcome#PURCHASED_AGAIN} and
     * {@link Outcome#RELEASED}.
     *
     * @return a journal sequence.
     */
    public long checkoutSequence() {
        return checkoutSequence;
    }
}
