package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.ItemState;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ItemBoardTest {
    private static final long OPENS = 1_767_225_600_000L;
    private static final long SALE = OPENS / 1_000;

    private final ItemBoard board = new ItemBoard();

    private static SaleStatus at(final long sale, final long millisAfterOpening) {
        final SaleStatus status = new SaleStatus();
        status.saleId = sale;
        status.opensAtMillis = sale * 1_000;
        status.items = 1_000;
        status.nowMillis = sale * 1_000 + millisAfterOpening;
        return status;
    }

    private void publish(final int item, final ItemState state, final long heldForMillis) {
        board.publish(SALE, OPENS, item, state, OPENS + heldForMillis);
    }

    @Test
    void shouldShowWhatWasPublished() {
        board.reserve(4);
        publish(1, ItemState.HELD, 5_000);
        publish(2, ItemState.SOLD, 0);
        publish(3, ItemState.HELD, 5_000);
        publish(3, ItemState.AVAILABLE, 0);
        final SaleStatus status = at(SALE, 4_999);
        assertEquals(ItemState.AVAILABLE, board.read(status, 0));
        assertEquals(ItemState.HELD, board.read(status, 1));
        assertEquals(ItemState.SOLD, board.read(status, 2));
        assertEquals(ItemState.AVAILABLE, board.read(status, 3));
    }

    @Test
    void shouldLetAHoldRunOutWithoutBeingTold() {
        board.reserve(1);
        publish(0, ItemState.HELD, 5_000);
        assertEquals(ItemState.HELD, board.read(at(SALE, 4_999), 0));
        assertEquals(ItemState.AVAILABLE, board.read(at(SALE, 5_000), 0));
    }

    @Test
    void shouldShowTheNextSaleWithoutBeingTold() {
        board.reserve(2);
        publish(0, ItemState.SOLD, 0);
        publish(1, ItemState.HELD, 7_200_000);
        final SaleStatus next = at(SALE + 3_600, 0);
        assertEquals(ItemState.AVAILABLE, board.read(next, 0));
        assertEquals(ItemState.AVAILABLE, board.read(next, 1));
    }

    @Test
    void shouldSayThatALaterSaleIsOpen() {
        board.reserve(1);
        publish(0, ItemState.HELD, 5_000);
        assertNull(board.read(at(SALE - 3_600, 0), 0));
    }

    @Test
    void shouldKeepTheStatesWhenItGrows() {
        board.reserve(1);
        publish(0, ItemState.SOLD, 0);
        assertEquals(ItemState.AVAILABLE, board.read(at(SALE, 0), 500), "there is no room for it yet");
        board.reserve(1_000);
        board.reserve(10);
        assertEquals(ItemState.SOLD, board.read(at(SALE, 0), 0));
        publish(999, ItemState.SOLD, 0);
        assertEquals(ItemState.SOLD, board.read(at(SALE, 0), 999));
    }

    @Test
    void shouldRefuseAHoldThatEndsBeforeTheSaleOrAgesAfter() {
        board.reserve(1);
        assertThrows(IllegalArgumentException.class, () -> publish(0, ItemState.HELD, 0));
        assertThrows(IllegalArgumentException.class, () -> publish(0, ItemState.HELD, 1L << 32));
        assertSame(ItemState.AVAILABLE, board.read(at(SALE, 0), 0));
    }

    /** The items are published first: who has seen a figure sees the item that it counts. */
    @Test
    void shouldNeverBeOlderThanTheFigures() throws InterruptedException {
        final SaleBoard sale = new SaleBoard();
        final int items = 1_000;
        final AtomicBoolean stop = new AtomicBoolean();
        final Thread writer = new Thread(() -> {
            for (long round = 1; !stop.get(); round++) {
                final long saleId = 3_600 * round;
                sale.items().reserve((int) Math.min(items, 100 * round));
                for (int sold = 1; sold <= 100; sold++) {
                    sale.items().publish(saleId, saleId * 1_000, sold - 1, ItemState.SOLD, 0);
                    sale.publish(saleId, saleId * 1_000, 0, items, items - sold, 0, sold, saleId * 1_000);
                }
            }
        });
        writer.start();
        final SaleStatus status = new SaleStatus();
        long sales = 0;
        for (int i = 0; i < 200_000 || sales < 100; i++) {
            final long before = status.saleId();
            sale.read(status);
            sales += status.saleId() == before ? 0 : 1;
            if (status.sold() > 0) {
                final ItemState last = sale.items().read(status, status.sold() - 1);
                assertTrue(last == ItemState.SOLD || last == null, () -> "sold, but " + last);
            }
        }
        stop.set(true);
        writer.join();
    }
}
