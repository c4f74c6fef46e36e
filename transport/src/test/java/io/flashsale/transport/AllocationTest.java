package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.flashsale.engine.ItemState;
import io.flashsale.engine.Outcome;
import io.netty.util.AsciiString;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What is done for every request, and for every item of a batch, allocates nothing. */
class AllocationTest {
    private static final int ROUNDS = 20;
    private static final int CALLS = 10_000;
    /** What the JVM itself may allocate on a thread in between; a byte for each call is more. */
    private static final long NOISE = CALLS;

    private final com.sun.management.ThreadMXBean threads =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    private int matches;

    private void assertAllocatesNothing(final Runnable call) {
        assumeTrue(threads.isThreadAllocatedMemorySupported());
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        final long allocated = least;
        assertTrue(allocated < NOISE, () -> allocated + " bytes in " + CALLS + " calls");
    }

    @Test
    void shouldReadAnAcceptFieldWithoutAllocating() {
        final AsciiString anything = new AsciiString("text/html, */*;q=0.8");
        final AsciiString json = new AsciiString("text/html, application/json; charset=\"utf-8\";q=0.1");
        assertAllocatesNothing(() -> {
            matches += Accept.listsJson(anything) ? 100_000 : 0;
            matches += Accept.listsJson(json) ? 1 : 0;
        });
        assertEquals(ROUNDS * CALLS, matches);
    }

    @Test
    void shouldEncodeAnswersWithoutAllocating() {
        final AnswerEncoder encoder = new AnswerEncoder();
        final AnswerBuffer out = new AnswerBuffer();
        final byte[] date = "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n".getBytes(US_ASCII);
        final Entry entry = new Entry();
        entry.begin();
        entry.user = Long.MIN_VALUE;
        final Outcome[] outcomes = {Outcome.RESERVED, Outcome.PURCHASED, Outcome.SOLD_OUT};
        assertAllocatesNothing(() -> {
            out.clear();
            for (final Outcome outcome : outcomes) {
                entry.decide(outcome, 123_456_789, 0x6955_5780_0000_8006L, -1, -7, 1_767_225_720_250L);
                encoder.add(out, Replies.of(outcome), entry, date);
                encoder.add(out, Replies.of(outcome).json, entry, date);
            }
        });
    }

    @Test
    void shouldShowItemsWithoutAllocating() {
        final ItemBoard board = new ItemBoard();
        board.reserve(10);
        assertAllocatesNothing(() -> {
            board.reserve(10);
            board.publish(1_767_225_600L, 1_767_225_600_000L, 7, ItemState.HELD, 1_767_225_700_000L);
        });
    }
}
