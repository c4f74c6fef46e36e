package io.flashsale.server.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.EngineLimits;
import io.flashsale.server.cli.CommandFailedException;
import org.junit.jupiter.api.Test;

/** A heap that is too small is said at the start. */
class HeapNeedTest {
    private static final long MEGABYTE = 1024 * 1024;

    /** The launcher's limit without what it gives the young generation. */
    private static final long DEFAULT_LIMIT = (2048 - 192) * MEGABYTE;

    @Test
    void shouldHaveRoomForEveryAllowedNumberOfItemsByDefault() {
        HeapNeed.check(EngineLimits.MAX_ITEMS, 3, DEFAULT_LIMIT);
        assertTrue(HeapNeed.bytes(10_000, 3) < 128 * MEGABYTE, "a usual sale needs no more than before");
    }

    @Test
    void shouldNameWhatToSetWhereTheHeapIsTooSmall() {
        final CommandFailedException refused = assertThrows(
                CommandFailedException.class, () -> HeapNeed.check(EngineLimits.MAX_ITEMS, 3, 341 * MEGABYTE));
        final long need = HeapNeed.bytes(EngineLimits.MAX_ITEMS, 3) / MEGABYTE + 1;
        assertEquals(
                "a sale of 1,000,000 items may need " + String.format("%,d", need)
                        + " MB of heap, and this JVM has 341 MB for what stays: start with FLASH_SALE_HEAP=\"-Xms60m -Xmx"
                        + (need + 192)
                        + "m -XX:MaxNewSize=192m\", or with fewer items in APP_ITEM_NUMBER if no journaled"
                        + " sale has as many",
                refused.getMessage());
        HeapNeed.check(EngineLimits.MAX_ITEMS, 3, need * MEGABYTE);
    }

    @Test
    void shouldCountTheEnginesOfTheProjectorsPlace() {
        assertTrue(HeapNeed.bytes(100_000, 2) < HeapNeed.bytes(100_000, 3));
        assertTrue(HeapNeed.limit() > 0);
    }
}
