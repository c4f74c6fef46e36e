package io.flashsale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Memory is fixed once a sale is open: garbage would be a pause of everybody's answer. */
class AllocationTest {
    private static final int ITEMS = 100;
    /** Seen now and then in one roll-over: 152 bytes of the JVM's own. A book of {@value #ITEMS} items is ten thousand. */
    private static final int NOISE = 512;

    private static final int SALE_MILLIS = 10_000;

    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[CommandFlyweight.LENGTH]);
    private final CommandFlyweight command = new CommandFlyweight().wrap(buffer, 0);
    private final Decision decision = new Decision();
    private SaleEngine engine = new SaleEngine();
    private long now = 1_000_000;

    /** Classes are loaded, and the measuring itself has allocated what it needs once. */
    @BeforeEach
    void warmUp() {
        assumeTrue(threads.isThreadAllocatedMemorySupported());
        configure(ITEMS);
        for (int sale = 0; sale < 5; sale++) {
            allocatedByRollOver();
            playOneSale();
        }
        restore();
        engine = new SaleEngine();
    }

    @Test
    void shouldAllocateNothingInAnyCommandNorAtARollOver() {
        configure(ITEMS);
        long leastBytes = Long.MAX_VALUE;
        for (int round = 0; round < 8; round++) {
            final long before = allocated();
            final long firstSale = engine.saleId();
            for (int sale = 0; sale < 10; sale++) {
                playOneSale();
            }
            leastBytes = Math.min(leastBytes, allocated() - before);
            assertEquals(10 * SALE_MILLIS / 1_000, engine.saleId() - firstSale);
        }
        // What the engine allocates shows in every round; what the JVM does for itself, in one now and then.
        assertEquals(0, leastBytes);
    }

    @Test
    void shouldAllocateNothingAtTheFirstRollOver() {
        configure(ITEMS);
        assertNoBook(allocatedByRollOver(), "roll-over");
    }

    @Test
    void shouldAllocateOnlyAtTheRollOverToALargerItemCount() {
        configure(10);
        rollOver();
        rollOver();
        configure(ITEMS);
        assertTrue(allocatedByRollOver() > NOISE, "books of more items appear from nowhere");
        for (int sale = 0; sale < 4; sale++) {
            assertNoBook(allocatedByRollOver(), "roll-over " + sale + " after the one that grew");
        }
        configure(ITEMS / 2);
        assertNoBook(allocatedByRollOver(), "roll-over");
        configure(ITEMS);
        for (int sale = 0; sale < 4; sale++) {
            assertNoBook(allocatedByRollOver(), "roll-over " + sale + " after shrinking");
        }
    }

    @Test
    void shouldAllocateNothingAtARollOverOfARestoredEngine() {
        configure(10);
        rollOver();
        configure(ITEMS);
        rollOver();
        restore();
        for (int sale = 0; sale < 4; sale++) {
            assertNoBook(allocatedByRollOver(), "roll-over " + sale + " of an engine restored with unequal books");
        }
    }

    @Test
    void shouldAllocateNothingAtTheFirstRollOverOfAnEngineRestoredInItsFirstSale() {
        configure(ITEMS);
        restore();
        assertNoBook(allocatedByRollOver(), "roll-over");
    }

    private void restore() {
        final int length = EngineSnapshot.length(engine);
        final UnsafeBuffer snapshot = new UnsafeBuffer(new byte[length]);
        EngineSnapshot.encode(engine, snapshot, 0);
        engine = EngineSnapshot.decode(snapshot, 0, length);
    }

    private static void assertNoBook(final long bytes, final String what) {
        assertTrue(bytes < NOISE, what + " allocated " + bytes);
    }

    private long allocatedByRollOver() {
        final long before = allocated();
        rollOver();
        return allocated() - before;
    }

    private long allocated() {
        return threads.getCurrentThreadAllocatedBytes();
    }

    private void configure(final int items) {
        command.configure(new SaleRules(EngineLimits.RULES_VERSION, items, 5, 500, SALE_MILLIS, 9));
        apply();
        assertTrue(decision.outcome() == Outcome.CONFIGURED);
    }

    private void rollOver() {
        now = engine.closesAtMillis();
        command.tick();
        apply();
        if (!decision.saleOpened()) {
            throw new AssertionError("no sale opened");
        }
    }

    /** Every command and every outcome but those of configurations. */
    private void playOneSale() {
        rollOver();
        for (int item = 0; item <= ITEMS; item++) {
            now += 20;
            command.checkout(item % 15, item, item, item % 4);
            apply();
            final long high = decision.codeHigh();
            final long low = decision.codeLow();
            apply();
            command.checkout(item % 15, item, item, 7);
            apply();
            if (item % 3 == 0) {
                command.purchase(high, low, item % 2);
                apply();
                apply();
            } else if (item % 3 == 1) {
                command.release(high, low);
                apply();
                apply();
            }
            command.checkpoint(engine.checkpointSequence(), engine.checkpointHash() + item % 2);
            apply();
            buffer.putByte(0, (byte) 99);
            apply();
        }
    }

    private void apply() {
        engine.apply(engine.lastSequence() + 1, now, buffer, 0, decision);
    }
}
