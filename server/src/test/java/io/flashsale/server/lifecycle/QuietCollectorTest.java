package io.flashsale.server.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** When it collects, of figures. That a service does is for QuietCollectionTest. */
class QuietCollectorTest {
    private static final long MEGABYTE = 1024 * 1024;

    private long used = 100 * MEGABYTE;
    private long live = 20 * MEGABYTE;
    private long requests;
    private long millisUntilSale = Long.MAX_VALUE;
    private int collections;

    private final QuietCollector collector = new QuietCollector(
            new QuietCollector.Memory() {
                @Override
                public long used() {
                    return used;
                }

                @Override
                public long live() {
                    return live;
                }

                @Override
                public void collect() {
                    collections++;
                    used = live;
                }
            },
            () -> requests,
            () -> millisUntilSale);

    private void looks(final int looks, final long requestsBetween) {
        for (int i = 0; i < looks; i++) {
            requests += requestsBetween;
            collector.doWork();
        }
    }

    @Test
    void shouldCollectOnceItHasBeenQuietForTwoLooks() {
        looks(5, QuietCollector.QUIET_REQUESTS + 1);
        looks(1, QuietCollector.QUIET_REQUESTS);
        assertEquals(0, collections);
        looks(1, QuietCollector.QUIET_REQUESTS);
        assertEquals(1, collections);
    }

    @Test
    void shouldCollectOncePerGrowth() {
        looks(10, 0);
        assertEquals(1, collections);
        used += QuietCollector.LEAST_GROWTH_BYTES - 1;
        looks(10, 0);
        assertEquals(1, collections);
        used++;
        looks(10, 0);
        assertEquals(2, collections);
    }

    @Test
    void shouldWaitForAGrowthThatIsWorthThePause() {
        live = 400 * MEGABYTE;
        used = 500 * MEGABYTE - 1;
        looks(10, 0);
        assertEquals(0, collections);
        used++;
        looks(1, 0);
        assertEquals(1, collections);
    }

    @Test
    void shouldNotCollectWhileARequestOrTwoASecondTooManyCome() {
        for (int i = 0; i < 10; i++) {
            looks(1, 0);
            looks(1, QuietCollector.QUIET_REQUESTS + 1);
            used = 100 * MEGABYTE;
        }
        assertEquals(0, collections);
    }

    @Test
    void shouldNotCollectShortlyBeforeASaleOpens() {
        millisUntilSale = QuietCollector.BEFORE_SALE_MILLIS - 1;
        looks(10, 0);
        millisUntilSale = -1;
        looks(10, 0);
        assertEquals(0, collections);
        millisUntilSale = QuietCollector.BEFORE_SALE_MILLIS;
        looks(1, 0);
        assertEquals(1, collections);
    }
}
