package io.flashsale.bench.load;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Whether what was accepted can be true: no item sold twice in a sale or reserved again after it was sold, no code
 * accepted or issued twice, no user above the limit, no item held twice at once, an accepted request repeated with its key
 * accepted again. One thread at a time.
 *
 * <p>Only accepted answers are kept, of the last {@value #SALES} sales that were seen: the memory is bounded by items
 * and users who got one, however many refusals there are. A hold counts as long as it surely lives: until nine tenths of
 * the hold, less a second, after its checkout was sent (the service's clock may be slewed by a tenth), and not at all if
 * it is to be released. The sale stands in the first half of the code. Holds are not counted if their length is not
 * known, nor users if their limit is not.
 */
final class SaleCheck implements ExchangeListener {
    private static final int SALES = 8;
    private static final int SALE_SHIFT = 32;

    private final Violations violations;
    private final int userLimit;
    private final long sureNanos;
    private final Map<Long, Book> books = new LinkedHashMap<>();
    private final ArrayDeque<Hold> live = new ArrayDeque<>();

    private record Hold(Book book, long user, int item, long high, long low, long sequence, long sureUntil) {
        boolean isOf(final Exchange exchange) {
            return high == exchange.codeHigh() && low == exchange.codeLow();
        }
    }

    private record Sold(long high, long low, long sequence) {}

    private static final class Book {
        private final Map<Integer, Hold> holds = new HashMap<>();
        private final Map<Integer, Sold> sold = new HashMap<>();
        private final Map<Long, Integer> owned = new HashMap<>();
        private final Map<Integer, Long> lastReserved = new HashMap<>();
        private final Set<UUID> issued = new HashSet<>();
    }

    /**
     * Nothing seen yet.
     *
     * @param violations where to report.
     * @param userLimit  0: not known.
     * @param holdMillis 0: not known.
     */
    SaleCheck(final Violations violations, final int userLimit, final long holdMillis) {
        this.violations = violations;
        this.userLimit = userLimit;
        sureNanos = Math.max(0, TimeUnit.MILLISECONDS.toNanos(holdMillis) / 10 * 9 - TimeUnit.SECONDS.toNanos(1));
    }

    @Override
    public void ended(final Exchange exchange) {
        if (exchange.kind() == RequestKind.CHECKOUT) {
            if (exchange.outcome() == AnswerOutcome.RESERVED && !exchange.isRepeat()) {
                reserved(exchange);
            } else if (exchange.outcome() == AnswerOutcome.RESERVED && !exchange.isSameCode()) {
                violations.add("a checkout repeated with its Idempotency-Key got another code: " + code(exchange));
            }
        } else if (exchange.kind() == RequestKind.PURCHASE) {
            if (exchange.outcome() == AnswerOutcome.PURCHASED && !exchange.isRepeat()) {
                purchased(exchange);
            } else if (exchange.outcome() == AnswerOutcome.CODE_USED && exchange.isRepeat()) {
                violations.add("a purchase repeated with its Idempotency-Key was refused: " + code(exchange));
            }
        }
    }

    private void reserved(final Exchange exchange) {
        forgetExpired(exchange.receivedAt());
        final Book book = book(exchange);
        if (!book.issued.add(uuid(exchange))) {
            violations.add("a code was issued twice: " + code(exchange) + ", now at sequence " + exchange.sequence());
        }
        final Sold sold = book.sold.get(exchange.item());
        if (sold != null && sold.sequence < exchange.sequence()) {
            violations.add("item " + exchange.item() + " was reserved (" + code(exchange) + ", sequence "
                    + exchange.sequence() + ") after it was sold (sequence " + sold.sequence + ")");
        }
        book.lastReserved.merge(exchange.item(), exchange.sequence(), Math::max);
        if (sureNanos == 0 || exchange.isToBeReleased()) {
            return;
        }
        final Hold hold = new Hold(
                book,
                exchange.user(),
                exchange.item(),
                exchange.codeHigh(),
                exchange.codeLow(),
                exchange.sequence(),
                exchange.sentAt() + sureNanos);
        final Hold other = book.holds.put(exchange.item(), hold);
        if (other != null) {
            own(other, -1);
        }
        // If the other was decided later, this one must be known to have lived until then.
        if (other != null && (other.sequence < hold.sequence || hold.sureUntil - exchange.receivedAt() > 0)) {
            violations.add("item " + exchange.item() + " was reserved at sequences " + other.sequence + " and "
                    + hold.sequence + ", within one hold");
        }
        live.add(hold);
        own(hold, 1);
        requireLimit(book, exchange);
    }

    private void purchased(final Exchange exchange) {
        forgetExpired(exchange.receivedAt());
        final Book book = book(exchange);
        final Sold sold = new Sold(exchange.codeHigh(), exchange.codeLow(), exchange.sequence());
        final Sold other = book.sold.putIfAbsent(exchange.item(), sold);
        if (other != null) {
            final boolean same = other.high == sold.high && other.low == sold.low;
            violations.add((same ? "one code bought item " : "two codes bought item ") + exchange.item()
                    + ", at sequences " + other.sequence + " and " + sold.sequence);
            return;
        }
        if (book.lastReserved.getOrDefault(exchange.item(), Long.MIN_VALUE) > sold.sequence) {
            violations.add("item " + exchange.item() + " was sold at sequence " + sold.sequence
                    + ", and reserved later, at " + book.lastReserved.get(exchange.item()));
        }
        final Hold hold = book.holds.get(exchange.item());
        if (hold != null && hold.isOf(exchange)) {
            // It counts already, and from now on for good.
            book.holds.remove(exchange.item());
        } else {
            book.owned.merge(exchange.user(), 1, Integer::sum);
            requireLimit(book, exchange);
        }
    }

    private void requireLimit(final Book book, final Exchange exchange) {
        final int owned = book.owned.getOrDefault(exchange.user(), 0);
        if (userLimit > 0 && owned > userLimit) {
            violations.add("user " + exchange.user() + " has " + owned + " holds and purchases in one sale, limit "
                    + userLimit + "; the last at sequence " + exchange.sequence());
        }
    }

    /** A bought hold is in no map any more, and goes on counting. */
    private void forgetExpired(final long now) {
        while (!live.isEmpty() && live.peek().sureUntil - now <= 0) {
            final Hold hold = live.poll();
            if (hold.book.holds.remove(hold.item, hold)) {
                own(hold, -1);
            }
        }
    }

    private static void own(final Hold hold, final int change) {
        hold.book.owned.merge(hold.user, change, (old, by) -> old + by == 0 ? null : Integer.valueOf(old + by));
    }

    private Book book(final Exchange exchange) {
        final long sale = exchange.codeHigh() >>> SALE_SHIFT;
        Book book = books.get(sale);
        if (book == null) {
            book = new Book();
            books.put(sale, book);
            if (books.size() > SALES) {
                books.remove(books.keySet().iterator().next());
            }
        }
        return book;
    }

    private static String code(final Exchange exchange) {
        return uuid(exchange).toString();
    }

    private static UUID uuid(final Exchange exchange) {
        return new UUID(exchange.codeHigh(), exchange.codeLow());
    }
}
