package io.flashsale.bench.history;

import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Every state that one item of one sale may be in, given the history so far. A set that becomes empty is a
 * contradiction: no course of events explains the answers. Bounded: beyond {@value #MOST} states nothing is decided of
 * this item any more, and that is said. One thread.
 */
final class ItemStates {
    /** More than a handful comes only of many unanswered requests for one item. */
    static final int MOST = 512;
    /** How long after its connection was lost a request may still be decided: it may wait in the server's socket. */
    static final long GRACE_MILLIS = 60_000;

    /** A request without an answer, and its place among those of the history. */
    record Unanswered(int index, HistoryEvent event) {}

    private final long sale;
    private final List<Unanswered> unanswered;
    private Set<ItemState> states = new LinkedHashSet<>();
    private boolean undecided;

    ItemStates(final long sale, final List<Unanswered> unanswered, final Set<ItemState> first) {
        this.sale = sale;
        this.unanswered = unanswered;
        states.addAll(first);
    }

    /** Whether nothing is concluded from this item any more: too many states, or a contradiction was reported. */
    boolean isUndecided() {
        return undecided;
    }

    void giveUp() {
        undecided = true;
        states.clear();
    }

    /** Every state by a given moment, with what may have happened unseen: holds that ran out, unanswered requests. */
    Set<ItemState> at(final ServiceTime time) {
        if (undecided) {
            return states;
        }
        final Set<ItemState> reached = new LinkedHashSet<>(states);
        final ArrayDeque<ItemState> open = new ArrayDeque<>(states);
        while (!open.isEmpty() && reached.size() <= MOST) {
            final ItemState state = open.poll();
            if (state.isHeld() && time.mayBeOver(state)) {
                reach(state.free(), reached, open);
            }
            for (final Unanswered request : unanswered) {
                if (!state.used().get(request.index()) && isPossible(request.event(), time)) {
                    final ServiceTime when = new ServiceTime(
                            request.event().sentAt(),
                            Math.min(time.to(), request.event().receivedAt() + GRACE_MILLIS),
                            time.setup(),
                            time.tolerance());
                    NaiveItem.unanswered(state, request.event(), when)
                            .ifPresent(next -> reach(next.using(request.index()), reached, open));
                }
            }
        }
        if (reached.size() > MOST) {
            giveUp();
            return states;
        }
        reached.removeIf(state -> state.isHeld() && !time.mayLive(state));
        states = reached;
        return states;
    }

    /**
     * Keeps the states after an answer that agree with it.
     *
     * @return false if none does; the states are then as they were.
     */
    boolean apply(final HistoryEvent event, final ServiceTime time) {
        final Set<ItemState> next = after(event, time);
        if (undecided || next.isEmpty()) {
            return undecided;
        }
        states = next;
        return true;
    }

    /** Whether an answer can be explained; changes nothing but what time changes. */
    boolean explains(final HistoryEvent event, final ServiceTime time) {
        return !after(event, time).isEmpty() || undecided;
    }

    /** Keeps the states in which the item is sold; false if there is none. */
    boolean keepSold(final ServiceTime time) {
        at(time).removeIf(state -> !state.isSold());
        return undecided || !states.isEmpty();
    }

    private Set<ItemState> after(final HistoryEvent event, final ServiceTime time) {
        final Set<ItemState> next = new LinkedHashSet<>();
        for (final ItemState state : at(time)) {
            NaiveItem.step(state, event, time, sale).ifPresent(next::add);
        }
        return next;
    }

    /** A checkout is of the sale that is open when it is decided. */
    private boolean isPossible(final HistoryEvent request, final ServiceTime time) {
        final long slack = time.tolerance();
        // Both are of the recorder's clock, so that no tolerance is needed.
        if (request.sentAt() > time.to()) {
            return false;
        }
        return switch (request.kind()) {
            case CHECKOUT ->
                request.receivedAt() + GRACE_MILLIS >= sale * 1_000 - slack
                        && request.sentAt() <= sale * 1_000 + 2 * time.setup().saleMillis() + slack;
            default -> true;
        };
    }

    private static void reach(final ItemState state, final Set<ItemState> reached, final ArrayDeque<ItemState> open) {
        if (reached.add(state)) {
            open.add(state);
        }
    }
}
