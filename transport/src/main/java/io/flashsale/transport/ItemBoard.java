package io.flashsale.transport;

import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.ItemState;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * The states of the open sale's items, as the engine's thread last published them: one long for each item.
 *
 * <pre>
 *  | sale id 32 | 0: available; all ones: sold; else held, for so many milliseconds after the sale opened 32 |
 * </pre>
 *
 * <p>An entry counts only for the sale that it names, and a hold only until it runs out. So the next sale, and all the
 * holds that expire, are shown without touching an entry; what a batch costs is one store for each item that a command
 * of it changed. Only a sale with more items than any before it allocates.
 *
 * <p>One thread publishes, any thread reads.
 */
public final class ItemBoard {
    private static final VarHandle ENTRIES = MethodHandles.arrayElementVarHandle(long[].class);

    private static final int SALE_SHIFT = 32;
    private static final long VALUE_MASK = 0xFFFF_FFFFL;
    private static final long AVAILABLE = 0;
    private static final long SOLD = VALUE_MASK;

    static {
        // A sale is at most as long as the longest sale and the hold of the sale before, and a hold as long as a sale.
        if (3L * EngineLimits.MAX_SALE_MILLIS >= SOLD) {
            throw new ExceptionInInitializerError("a hold's end does not fit the entry of its item");
        }
    }

    private volatile long[] entries = {};

    ItemBoard() {}

    /**
     * Makes room for the items of a sale. Called by the engine's thread, before it publishes one of them.
     *
     * @param items of the sale.
     */
    public void reserve(final int items) {
        final long[] before = entries;
        if (before.length < items) {
            // A reader may still look at the sale before.
            entries = Arrays.copyOf(before, items);
        }
    }

    /**
     * Shows the state of one item. Called by the engine's thread, at the end of a batch.
     *
     * @param saleId          the open sale.
     * @param opensAtMillis   when it opened, epoch milliseconds.
     * @param item            for which there is room.
     * @param state           of the item.
     * @param expiresAtMillis when its hold runs out, if it is held; epoch milliseconds.
     */
    public void publish(
            final long saleId,
            final long opensAtMillis,
            final int item,
            final ItemState state,
            final long expiresAtMillis) {
        final long value = switch (state) {
            case AVAILABLE -> AVAILABLE;
            case HELD -> heldFor(expiresAtMillis - opensAtMillis);
            case SOLD -> SOLD;
        };
        ENTRIES.setRelease(entries, item, (saleId << SALE_SHIFT) | value);
    }

    private static long heldFor(final long millis) {
        if (millis <= AVAILABLE || millis >= SOLD) {
            throw new IllegalArgumentException("a hold ends " + millis + " ms after its sale opened");
        }
        return millis;
    }

    /**
     * The state of one item.
     *
     * @param sale as read before.
     * @param item 0 to {@link SaleStatus#items()}, exclusive.
     * @return the state in that sale, at its time or a little later; null if a later sale is open by now.
     */
    public ItemState read(final SaleStatus sale, final int item) {
        final long[] now = entries;
        final long entry = item < now.length ? (long) ENTRIES.getAcquire(now, item) : 0;
        final long saleId = entry >>> SALE_SHIFT;
        if (saleId > sale.saleId()) {
            return null;
        }
        final long value = entry & VALUE_MASK;
        if (saleId < sale.saleId() || value == AVAILABLE) {
            return ItemState.AVAILABLE;
        }
        if (value == SOLD) {
            return ItemState.SOLD;
        }
        return sale.opensAtMillis() + value > sale.nowMillis() ? ItemState.HELD : ItemState.AVAILABLE;
    }
}
