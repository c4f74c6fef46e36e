package io.flashsale.bench.history;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The items of one sale, as far as the history touches them, and who may own them. One thread. */
final class SaleStates {
    private final long sale;
    private final Set<ItemState> first;
    private final Map<Integer, List<ItemStates.Unanswered>> unansweredByItem;
    private final Map<Long, Set<Integer>> unansweredItemsByUser;
    private final Map<Integer, ItemStates> items = new HashMap<>();
    private final Map<Long, Set<Integer>> itemsByUser = new HashMap<>();
    private boolean soldOut;

    SaleStates(
            final long sale,
            final Set<ItemState> first,
            final Map<Integer, List<ItemStates.Unanswered>> unansweredByItem,
            final Map<Long, Set<Integer>> unansweredItemsByUser) {
        this.sale = sale;
        this.first = first;
        this.unansweredByItem = unansweredByItem;
        this.unansweredItemsByUser = unansweredItemsByUser;
    }

    ItemStates item(final int item) {
        return items.computeIfAbsent(
                item, missing -> new ItemStates(sale, unansweredByItem.getOrDefault(item, List.of()), first));
    }

    /** The user got this item once. */
    void took(final long user, final int item) {
        itemsByUser.computeIfAbsent(user, missing -> new LinkedHashSet<>()).add(item);
    }

    /** Items that the user holds or has bought, whatever happened unseen. */
    int surelyOwned(final long user, final ServiceTime time) {
        int owned = 0;
        for (final int item : itemsByUser.getOrDefault(user, Set.of())) {
            final Set<ItemState> states = item(item).at(time);
            owned += !states.isEmpty() && states.stream().allMatch(state -> isOwner(user, state)) ? 1 : 0;
        }
        return owned;
    }

    /** Items that the user may hold or have bought; items of which nothing is concluded count. */
    int possiblyOwned(final long user, final ServiceTime time) {
        final Set<Integer> candidates = new LinkedHashSet<>(itemsByUser.getOrDefault(user, Set.of()));
        candidates.addAll(unansweredItemsByUser.getOrDefault(user, Set.of()));
        int owned = 0;
        for (final int item : candidates) {
            final ItemStates states = item(item);
            owned += states.at(time).stream().anyMatch(state -> isOwner(user, state)) || states.isUndecided() ? 1 : 0;
        }
        return owned;
    }

    /** Whether strangers may own anything: then a limit may have been reached unseen. */
    boolean isTouchedByStrangers() {
        return first.size() > 1;
    }

    boolean isSoldOut() {
        return soldOut;
    }

    /**
     * The service says that every item is sold.
     *
     * @return an item that cannot be, or -1.
     */
    int soldOut(final int total, final ServiceTime time) {
        soldOut = true;
        for (int item = 0; item < total; item++) {
            if (!item(item).keepSold(time)) {
                item(item).giveUp();
                return item;
            }
        }
        return -1;
    }

    private static boolean isOwner(final long user, final ItemState state) {
        return !state.isFree() && state.user() == user;
    }
}
