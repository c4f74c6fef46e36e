package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SaleBoardTest {
    @Test
    void shouldShowNoSaleBeforeThereIsOne() {
        final SaleStatus status = new SaleStatus();
        new SaleBoard().read(status);
        assertEquals(0, status.saleId());
        assertEquals(0, status.items());
    }

    @Test
    void shouldNeverShowFiguresOfTwoMoments() throws InterruptedException {
        final SaleBoard board = new SaleBoard();
        final AtomicBoolean stop = new AtomicBoolean();
        final Thread writer = new Thread(() -> {
            for (int i = 1; !stop.get(); i = i % 1_000_000 + 1) {
                board.publish(i, i + 1L, i + 2L, 3 * i, i, i, i, i + 3L);
            }
        });
        writer.start();
        final SaleStatus status = new SaleStatus();
        long changes = 0;
        long last = 0;
        for (int i = 0; i < 200_000 || changes < 100; i++) {
            board.read(status);
            final long id = status.saleId();
            changes += id == last ? 0 : 1;
            last = id;
            if (id != 0) {
                assertEquals(id + 1, status.opensAtMillis());
                assertEquals(id + 2, status.closesAtMillis());
                assertEquals(3 * id, status.items());
                assertEquals(id, status.available());
                assertEquals(id, status.held());
                assertEquals(id, status.sold());
                assertEquals(id + 3, status.nowMillis());
            }
        }
        stop.set(true);
        writer.join();
        assertTrue(changes >= 100);
    }
}
