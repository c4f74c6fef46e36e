package io.flashsale.server.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** When it collects, of figures. That a service does is for QuietCollectionTest. */
class QuietCollectorTest {
    private static final long MEGABYTE = 1024 * 1024;
    private static final int ENOUGH = QuietCollector.LOOKS_BETWEEN;
    private static final long CLIENTS = QuietCollector.LEAST_GARBAGE_BYTES / QuietCollector.CONNECTION_BYTES;

    /** An old generation: what lives, and what does not. */
    private static final class OldGeneration implements QuietCollector.Memory {
        private long living = 15 * MEGABYTE;
        private long garbage;
        private long left;
        private int collections;
        private boolean willing = true;

        @Override
        public long used() {
            return living + garbage;
        }

        @Override
        public long live() {
            return left;
        }

        @Override
        public void collect() {
            collections++;
            if (willing) {
                byItself();
            }
        }

        /** A collection that nobody asked for. */
        void byItself() {
            garbage = 0;
            left = living;
        }
    }

    private final OldGeneration memory = new OldGeneration();
    private long requests;
    private long closed;
    private boolean saleIsNear;

    private final QuietCollector collector = new QuietCollector(memory, () -> requests, () -> closed, () -> saleIsNear);

    private void looks(final int looks, final long requestsBetween) {
        for (int i = 0; i < looks; i++) {
            requests += requestsBetween;
            collector.doWork();
        }
    }

    private void assertCollections(final int expected) {
        assertEquals(expected, memory.collections);
    }

    @Test
    void shouldCollectOnceItHasBeenQuietForTwoLooks() {
        looks(5, QuietCollector.QUIET_REQUESTS + 1);
        memory.garbage += QuietCollector.LEAST_GARBAGE_BYTES;
        looks(1, QuietCollector.QUIET_REQUESTS);
        assertCollections(0);
        looks(1, QuietCollector.QUIET_REQUESTS);
        assertCollections(1);
        looks(100, 0);
        assertCollections(1);
    }

    @Test
    void shouldNotTakeTheFirstLookForAQuietOne() {
        requests = 1;
        looks(2, 0);
        memory.garbage += 100 * MEGABYTE;
        looks(1, QuietCollector.QUIET_REQUESTS + 1);
        assertCollections(0);
    }

    @Test
    void shouldLeaveWhatAStartLeaves() {
        memory.garbage = 100 * MEGABYTE;
        looks(100, 0);
        assertCollections(0);
    }

    @Test
    void shouldWaitForGarbageThatIsWorthThePause() {
        memory.living = 400 * MEGABYTE;
        looks(1, 0);
        memory.garbage = 100 * MEGABYTE - 1;
        looks(ENOUGH, 0);
        assertCollections(0);
        memory.garbage++;
        looks(1, 0);
        assertCollections(1);
    }

    @Test
    void shouldCollectWhatClientsLeaveThatLivedThroughACollection() {
        looks(1, 0);
        memory.living += 20 * MEGABYTE;
        memory.byItself();
        looks(ENOUGH, 0);
        assertCollections(0);
        memory.living -= 20 * MEGABYTE;
        memory.garbage += 20 * MEGABYTE;
        looks(ENOUGH, 0);
        assertCollections(0);
        closed += 2 * CLIENTS;
        looks(1, 0);
        assertCollections(1);
        assertEquals(15 * MEGABYTE, memory.used());
        looks(100, 0);
        assertCollections(1);
    }

    @Test
    void shouldNotCollectAgainWhatTheJvmHasCollected() {
        looks(1, 0);
        closed += 2 * CLIENTS;
        memory.garbage += 20 * MEGABYTE;
        memory.byItself();
        looks(ENOUGH, 0);
        assertCollections(0);
    }

    @Test
    void shouldAskOnceAJvmThatIsNotWilling() {
        memory.willing = false;
        looks(1, 0);
        memory.garbage += 20 * MEGABYTE;
        closed += 2 * CLIENTS;
        looks(100, 0);
        assertCollections(1);
    }

    @Test
    void shouldNotCollectAgainAndAgainWhoeverLeavesGarbageInTheQuiet() {
        looks(1, 0);
        for (int look = 0; look < 3 * QuietCollector.LOOKS_BETWEEN; look++) {
            memory.garbage += 20 * MEGABYTE;
            looks(1, 0);
        }
        assertCollections(3);
    }

    @Test
    void shouldNotCollectWhileARequestOrTwoASecondTooManyCome() {
        looks(1, 0);
        memory.garbage += 20 * MEGABYTE;
        for (int i = 0; i < 10; i++) {
            looks(1, 0);
            looks(1, QuietCollector.QUIET_REQUESTS + 1);
        }
        assertCollections(0);
    }

    @Test
    void shouldNotCollectShortlyBeforeASaleOpens() {
        looks(1, 0);
        memory.garbage += 20 * MEGABYTE;
        saleIsNear = true;
        looks(ENOUGH, 0);
        assertCollections(0);
        saleIsNear = false;
        looks(1, 0);
        assertCollections(1);
    }

    @Test
    void shouldKnowWhenASaleIsNear() {
        final long hour = 3_600_000;
        assertFalse(QuietCollector.isNear(hour - QuietCollector.BEFORE_SALE_MILLIS, 0, hour));
        assertTrue(QuietCollector.isNear(hour - QuietCollector.BEFORE_SALE_MILLIS + 1, 0, hour));
        assertTrue(QuietCollector.isNear(hour + 1, 0, hour));
        assertFalse(QuietCollector.isNear(3_000, 0, 4_000));
        assertTrue(QuietCollector.isNear(3_001, 0, 4_000));
        assertTrue(QuietCollector.isNear(5, 0, 0));
    }
}
