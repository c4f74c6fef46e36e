package io.flashsale.bench.history;

import io.flashsale.bench.load.AnswerOutcome;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The rules of the sale for one item, as plainly as they can be said: in a given state, may a request have been answered
 * so, and what is the state then? Written apart from the engine, from the rules as they are documented. What other items
 * have a part in (a user's limit, whether all are sold) is not decided here. Stateless.
 */
final class NaiveItem {
    private NaiveItem() {}

    /**
     * One step.
     *
     * @param state before.
     * @param event answered by the engine, about this item.
     * @param time  when.
     * @param sale  of the item.
     * @return the state after it, or empty if the answer cannot be.
     */
    static Optional<ItemState> step(
            final ItemState state, final HistoryEvent event, final ServiceTime time, final long sale) {
        return switch (event.kind()) {
            case CHECKOUT -> checkout(state, event, time);
            case PURCHASE -> purchase(state, event, time, sale);
            case RELEASE -> release(state, event, time, sale);
            case READ -> Optional.of(state);
        };
    }

    private static Optional<ItemState> checkout(
            final ItemState state, final HistoryEvent event, final ServiceTime time) {
        final boolean repeats = event.key() != 0 && event.key() == state.key() && event.user() == state.user();
        if (repeats && (state.isSold() || state.isHeld())) {
            // Neither sold nor surely alive, it may also be decided afresh, once its hold is over: then it is free.
            final boolean same = event.outcome() == AnswerOutcome.RESERVED
                    && (state.code() == null || state.hasCode(event.code()))
                    && (state.isSold() || time.mayLive(state));
            return same ? Optional.of(state.withCode(event.code())) : Optional.empty();
        }
        return switch (event.outcome()) {
            case RESERVED -> when(state.isFree(), () -> state.held(event, event.code(), time.from(), time.to()));
            case USER_LIMIT_REACHED -> when(state.isFree(), () -> state);
            case SOLD_OUT, ITEM_SOLD -> when(state.isSold(), () -> state);
            case ITEM_RESERVED -> when(state.isHeld() && time.mayLive(state), () -> state);
            default -> Optional.empty();
        };
    }

    private static Optional<ItemState> purchase(
            final ItemState state, final HistoryEvent event, final ServiceTime time, final long sale) {
        final boolean mine = isMine(state, event.code());
        final boolean repeats = event.key() != 0 && event.key() == state.purchaseKey();
        return switch (event.outcome()) {
            case PURCHASED -> {
                if (mine && state.isSold() && repeats) {
                    yield Optional.of(state);
                }
                yield when(mine && state.isHeld() && time.mayLive(state), () -> state.sold(event.key()));
            }
            case CODE_USED -> when(mine && state.isSold() && !repeats, () -> state);
            case CODE_EXPIRED -> expired(state, mine, time, sale);
            default -> Optional.empty();
        };
    }

    private static Optional<ItemState> release(
            final ItemState state, final HistoryEvent event, final ServiceTime time, final long sale) {
        final boolean mine = isMine(state, event.code());
        return switch (event.outcome()) {
            case RELEASED -> when(mine && state.isHeld() && time.mayLive(state), state::free);
            case CODE_USED -> when(mine && state.isSold(), () -> state);
            case CODE_EXPIRED -> expired(state, mine, time, sale);
            default -> Optional.empty();
        };
    }

    /** A hold that is over leaves its item free, which is a state of its own: here it must not be this code's. */
    private static Optional<ItemState> expired(
            final ItemState state, final boolean mine, final ServiceTime time, final long sale) {
        return when(!mine || (state.isSold() && time.mayBeForgotten(sale)), () -> state);
    }

    private static boolean isMine(final ItemState state, final UUID code) {
        return !state.isFree() && state.hasCode(code);
    }

    private static Optional<ItemState> when(final boolean possible, final Supplier<ItemState> next) {
        return possible ? Optional.of(next.get()) : Optional.empty();
    }

    /**
     * What a request without an answer may have changed, if it was decided.
     *
     * @param state before.
     * @param event without an answer, about this item.
     * @param time  between which moments it may have been decided.
     * @return the state after it, or empty if it would have been refused, which changes nothing.
     */
    static Optional<ItemState> unanswered(final ItemState state, final HistoryEvent event, final ServiceTime time) {
        return switch (event.kind()) {
            case CHECKOUT -> when(state.isFree(), () -> state.held(event, null, time.from(), time.to()));
            case PURCHASE ->
                when(
                        isMine(state, event.code()) && state.isHeld() && time.mayLive(state),
                        () -> state.sold(event.key()));
            case RELEASE -> when(isMine(state, event.code()) && state.isHeld() && time.mayLive(state), state::free);
            case READ -> Optional.empty();
        };
    }
}
