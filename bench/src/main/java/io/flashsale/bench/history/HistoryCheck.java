package io.flashsale.bench.history;

import io.flashsale.bench.load.AnswerOutcome;
import io.flashsale.bench.load.RequestKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Decides whether a history can be explained: whether the answered commands, in the order of their Sale-Sequence, and
 * some of the unanswered ones, placed where they are needed, are a course of one sale after the other that keeps its
 * rules. What is decided, and what is not, stands in this package's description. One thread; a history is checked once.
 */
public final class HistoryCheck {
    /** By how much the clocks of service and recorder may differ, unless told otherwise. */
    public static final long TOLERANCE_MILLIS = 500;

    private final HistorySetup setup;
    private final long tolerance;
    private final HistoryOrder order;
    private final HistoryFindings findings = new HistoryFindings();
    private final Map<Integer, List<ItemStates.Unanswered>> unansweredByItem = new HashMap<>();
    private final Map<Long, Set<Integer>> unansweredItemsByUser = new HashMap<>();
    private final Map<Long, SaleStates> sales = new HashMap<>();
    private final Map<UUID, HistoryEvent> issued = new HashMap<>();
    private final long[] nextSale;
    private final long begin;
    private long unanswered;
    private long latestSale = Long.MIN_VALUE;

    private HistoryCheck(final HistorySetup setup, final List<HistoryEvent> events, final long tolerance) {
        this.setup = setup;
        this.tolerance = tolerance;
        begin = events.stream().mapToLong(HistoryEvent::sentAt).min().orElse(0);
        for (final HistoryEvent event : events) {
            if (event.isUnanswered()) {
                unansweredByItem
                        .computeIfAbsent(event.item(), missing -> new ArrayList<>())
                        .add(new ItemStates.Unanswered((int) unanswered, event));
                if (event.kind() == RequestKind.CHECKOUT) {
                    unansweredItemsByUser
                            .computeIfAbsent(event.user(), missing -> new LinkedHashSet<>())
                            .add(event.item());
                }
                unanswered++;
            }
        }
        order = new HistoryOrder(events, findings);
        nextSale = nextSales();
    }

    /**
     * Checks a file that a {@link HistoryRecorder} wrote.
     *
     * @param file            the history; it is held in memory as a whole, some 200 bytes for each request.
     * @param toleranceMillis by how much the clocks of service and recorder may differ.
     * @return the verdict.
     * @throws IOException if the file cannot be read, is no history, or was not finished.
     */
    public static HistoryVerdict check(final Path file, final long toleranceMillis) throws IOException {
        final HistoryReader.History history = HistoryReader.read(file);
        return check(history.setup(), history.events(), toleranceMillis);
    }

    /**
     * Checks a history.
     *
     * @param setup           what is known of the service.
     * @param events          in any order.
     * @param toleranceMillis by how much the clocks of service and recorder may differ.
     * @return the verdict.
     */
    public static HistoryVerdict check(
            final HistorySetup setup, final List<HistoryEvent> events, final long toleranceMillis) {
        final HistoryCheck check = new HistoryCheck(setup, events, toleranceMillis);
        for (int i = 0; i < check.order.size(); i++) {
            check.replay(i);
        }
        return check.findings.verdict(check.order.size(), check.unanswered);
    }

    /** The sale of the next code that is issued for the first time: no later sale is open before. */
    private long[] nextSales() {
        final Set<UUID> seen = new HashSet<>();
        final boolean[] fresh = new boolean[order.size()];
        for (int i = 0; i < fresh.length; i++) {
            fresh[i] = order.event(i).outcome() == AnswerOutcome.RESERVED
                    && seen.add(order.event(i).code());
        }
        final long[] next = new long[fresh.length];
        long sale = Long.MAX_VALUE;
        for (int i = fresh.length - 1; i >= 0; i--) {
            sale = fresh[i] ? Math.min(sale, Codes.sale(order.event(i).code())) : sale;
            next[i] = sale;
        }
        return next;
    }

    private void replay(final int i) {
        final HistoryEvent event = order.event(i);
        final ServiceTime time = order.time(i, setup, tolerance);
        final boolean outside = event.item() < 0 || event.item() >= setup.items();
        if (outside || event.outcome() == AnswerOutcome.ITEM_UNKNOWN) {
            if (!outside || event.outcome() != AnswerOutcome.ITEM_UNKNOWN) {
                findings.violation("a sale has items 0 to " + (setup.items() - 1) + ": " + event);
            }
        } else if (event.kind() != RequestKind.CHECKOUT) {
            replayCode(event, time);
        } else if (event.outcome() == AnswerOutcome.RESERVED) {
            replayReserved(event, time);
        } else {
            replayRefused(event, time, nextSale[i]);
        }
    }

    private void replayCode(final HistoryEvent event, final ServiceTime time) {
        if (issued.containsKey(event.code())) {
            apply(event, time, Codes.sale(event.code()));
        } else if (event.status() == 200) {
            findings.violation("a code that nobody had been given: " + event);
        }
    }

    private void replayReserved(final HistoryEvent event, final ServiceTime time) {
        final long sale = Codes.sale(event.code());
        if (Codes.item(event.code()) != event.item()) {
            findings.violation("the code is of item " + Codes.item(event.code()) + ": " + event);
            return;
        }
        final HistoryEvent first = issued.putIfAbsent(event.code(), event);
        final boolean fresh = first == null;
        if (!fresh && (event.key() == 0 || event.key() != first.key() || event.user() != first.user())) {
            findings.violation("the code was issued before, to user " + first.user() + ": " + event);
        }
        if (fresh && sale < latestSale) {
            findings.violation("a code of sale " + sale + " was issued in sale " + latestSale + ": " + event);
        } else if (fresh && sale > time.latestSale()) {
            findings.violation("a code of sale " + sale + ", which is not open yet: " + event);
        }
        latestSale = Math.max(latestSale, sale);
        final SaleStates states = sale(sale);
        if (fresh && setup.userLimit() > 0) {
            final int owned = states.surelyOwned(event.user(), time);
            if (owned >= setup.userLimit()) {
                findings.violation("the user has " + owned + " holds and purchases already: " + event);
            }
        }
        apply(event, time, sale);
        states.took(event.user(), event.item());
    }

    private void replayRefused(final HistoryEvent event, final ServiceTime time, final long before) {
        final List<Long> candidates = openSales(time, before);
        if (candidates.size() == 1) {
            final long sale = candidates.get(0);
            if (apply(event, time, sale)) {
                refusedBySale(event, time, sale(sale));
            }
            return;
        }
        findings.ambiguous();
        for (final long sale : candidates) {
            if (sale(sale).item(event.item()).explains(event, time)) {
                return;
            }
        }
        findings.violation("neither of sales " + candidates + " explains: " + event);
    }

    /** Refusals in which other items have a part. */
    private void refusedBySale(final HistoryEvent event, final ServiceTime time, final SaleStates sale) {
        if (event.outcome() == AnswerOutcome.SOLD_OUT && !sale.isSoldOut()) {
            final int unsold = sale.soldOut(setup.items(), time);
            if (unsold >= 0) {
                findings.violation("item " + unsold + " cannot be sold by then: " + event);
            }
        } else if (event.outcome() == AnswerOutcome.ITEM_SOLD && sale.isSoldOut()) {
            findings.violation("the sale was sold out before: " + event);
        } else if (event.outcome() == AnswerOutcome.USER_LIMIT_REACHED
                && setup.userLimit() > 0
                && !sale.isTouchedByStrangers()) {
            final int owned = sale.possiblyOwned(event.user(), time);
            if (owned < setup.userLimit()) {
                findings.violation("the user has at most " + owned + " holds and purchases: " + event);
            }
        }
    }

    /** Which sale may have been open: between the codes issued before and after, and by the clock. */
    private List<Long> openSales(final ServiceTime time, final long before) {
        final long step = Math.max(1, setup.saleMillis() / 1_000);
        final List<Long> open = new ArrayList<>();
        for (long sale = Math.max(time.earliestSale(), latestSale);
                sale <= Math.min(time.latestSale(), before);
                sale += step) {
            open.add(sale);
        }
        if (open.isEmpty()) {
            open.add(latestSale == Long.MIN_VALUE ? time.earliestSale() : latestSale);
        }
        return open;
    }

    private boolean apply(final HistoryEvent event, final ServiceTime time, final long sale) {
        final ItemStates item = sale(sale).item(event.item());
        if (item.isUndecided()) {
            findings.undecided();
            return false;
        }
        if (!item.apply(event, time)) {
            findings.violation("nothing explains: " + event + "; before it the item was one of " + item.at(time));
            item.giveUp();
            return false;
        }
        return true;
    }

    /** Before the recording strangers may have been there, unless the sale was seen to be untouched. */
    private SaleStates sale(final long sale) {
        final boolean untouched = sale == setup.untouchedSale() || sale * 1_000 > begin + tolerance;
        final Set<ItemState> first = untouched
                ? Set.of(ItemState.UNTOUCHED)
                : Set.of(ItemState.UNTOUCHED, ItemState.heldByStranger(begin + tolerance), ItemState.soldToStranger());
        return sales.computeIfAbsent(
                sale, missing -> new SaleStates(sale, first, unansweredByItem, unansweredItemsByUser));
    }
}
