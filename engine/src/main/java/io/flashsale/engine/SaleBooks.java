package io.flashsale.engine;

/**
 * The two books, and what time does to them: holds run out, sales open and close.
 *
 * <p>Two books suffice: the open sale and the closing one, whose last holds can still be bought. A sale closes at the first
 * aligned boundary which is at least the previous sale's hold after its own opening, so a book's holds are all over when
 * it is used anew.
 */
final class SaleBooks {
    private SaleBook open;
    private SaleBook closing;
    /** A third book, kept while the closing one is missing or too small, so that only growing allocates. */
    private SaleBook spare;
    /** Up to when time has passed; unknown of restored books. */
    private long passedMillis = -1;

    /** Books as restored; null for none. */
    SaleBooks(final SaleBook open, final SaleBook closing) {
        this.open = open;
        this.closing = closing;
        if (open != null && (closing == null || closing.capacity() != open.capacity())) {
            final int capacity = closing == null ? open.capacity() : Math.max(open.capacity(), closing.capacity());
            spare = new SaleBook(capacity);
        }
    }

    /** The open sale, or null before the first configuration. */
    SaleBook open() {
        return open;
    }

    /** The sale before, or null if there was none. */
    SaleBook closing() {
        return closing;
    }

    /** The book of a sale, or null if it is in neither. */
    SaleBook of(final long saleId) {
        if (open != null && open.saleId() == saleId) {
            return open;
        }
        return closing != null && closing.saleId() == saleId ? closing : null;
    }

    /**
     * Lets time pass.
     *
     * @param nowMillis    not before any time given earlier.
     * @param pendingRules of the next sale; null if there are none yet.
     * @return true if a sale opened.
     */
    boolean passTime(final long nowMillis, final SaleRules pendingRules) {
        if (nowMillis == passedMillis && open != null) {
            // A batch has one time, its first command let it pass, and what was held since lasts a millisecond at
            // least.
            return false;
        }
        passedMillis = nowMillis;
        if (closing != null) {
            closing.expire(nowMillis);
        }
        if (open != null) {
            open.expire(nowMillis);
            if (nowMillis < open.closesAtMillis()) {
                return false;
            }
        } else if (pendingRules == null) {
            return false;
        }
        openSale(nowMillis, pendingRules);
        return true;
    }

    private void openSale(final long nowMillis, final SaleRules rules) {
        final long saleMillis = rules.saleMillis();
        final long boundary = nowMillis - nowMillis % saleMillis;
        final long opensAt = open == null ? boundary : Math.max(open.closesAtMillis(), boundary);
        final long longestOldHold = open == null ? 0 : open.rules().holdMillis();
        final long earliestClose = Math.max(opensAt + 1, opensAt + longestOldHold);
        final long closesAt = (earliestClose + saleMillis - 1) / saleMillis * saleMillis;

        if (closing != null && closing.held() != 0) {
            throw new IllegalStateException(closing + " still has holds when its book is used anew");
        }
        final SaleBook book = bookFor(rules.items());
        book.open(rules, opensAt, closesAt);
        closing = open;
        open = book;
    }

    /** A book that no sale needs any more; or, to grow, two new ones: the other is for the sale after. */
    private SaleBook bookFor(final int items) {
        if (closing != null && closing.capacity() >= items) {
            return closing;
        }
        if (spare == null || spare.capacity() < items) {
            spare = new SaleBook(items);
            return new SaleBook(items);
        }
        final SaleBook book = spare;
        spare = null;
        return book;
    }

    /** A hash with the state of both books folded in. */
    long foldInto(final long hash) {
        final long withOpen = Mixer.fold(hash, open == null ? 0 : open.hash());
        return Mixer.fold(withOpen, closing == null ? 0 : closing.hash());
    }
}
