package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.Outcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The routes, the queue of a connection and the queue of answers, without sockets. */
class QueuesTest {
    @Test
    void shouldPackARouteWithoutLoss() {
        final Random random = new Random(42);
        for (int i = 0; i < 1_000; i++) {
            final int loop = random.nextInt(1 << Route.LOOP_BITS);
            final int slot = random.nextInt(1 << Route.SLOT_BITS);
            final int position = random.nextInt(1 << Route.POSITION_BITS);
            final long connection = Route.ofConnection(loop, slot, random.nextInt());
            final long route = Route.ofRequest(connection, position);
            assertEquals(loop, Route.loop(route));
            assertEquals(slot, Route.slot(route));
            assertEquals(position, Route.position(route));
            assertEquals(connection, Route.connection(route));
        }
    }

    @Test
    void shouldFindAWaitingRequestAtItsPositionHoweverTheQueueGrows() {
        final RequestQueue queue = new RequestQueue();
        final Random random = new Random(43);
        for (int round = 0; round < 1_000; round++) {
            final int first = queue.size();
            final int more = random.nextInt(TransportLimits.MAX_PIPELINED - first + 1);
            for (int i = 0; i < more; i++) {
                final Entry entry = queue.add();
                assertNull(queue.waitingAt(queue.lastPosition()));
                entry.state = Entry.State.WAITING;
                assertSame(entry, queue.last());
                assertSame(entry, queue.waitingAt(queue.lastPosition()));
            }
            if (queue.isFull()) {
                assertThrows(IllegalStateException.class, queue::add);
            }
            for (int i = random.nextInt(queue.size() + 1); i > 0; i--) {
                final int oldest = (queue.lastPosition() - queue.size() + 1) & (TransportLimits.MAX_PIPELINED - 1);
                assertSame(queue.first(), queue.waitingAt(oldest));
                queue.removeFirst();
                assertTrue(queue.isFull() || queue.waitingAt(oldest) == null);
            }
        }
    }

    @Test
    void shouldShowAnswersOnlyOncePublished() {
        final AnswerQueue queue = new AnswerQueue(4);
        final AtomicLong seen = new AtomicLong();
        final AnswerQueue.Consumer consumer =
                (route, outcome, sequence, high, low, user, expires) -> seen.incrementAndGet();
        queue.write(1, Outcome.RESERVED, 2, 3, 4, 5, 6);
        assertTrue(queue.hasUnpublished());
        queue.drain(consumer);
        assertEquals(0, seen.get());
        queue.publish();
        assertFalse(queue.hasUnpublished());
        queue.drain(consumer);
        queue.drain(consumer);
        assertEquals(1, seen.get());
    }

    @Test
    void shouldRefuseMoreAnswersThanThereCanBeCommands() {
        final AnswerQueue queue = new AnswerQueue(2);
        queue.write(1, Outcome.RESERVED, 1, 0, 0, 0, 0);
        queue.write(2, Outcome.RESERVED, 2, 0, 0, 0, 0);
        assertThrows(IllegalStateException.class, () -> queue.write(3, Outcome.RESERVED, 3, 0, 0, 0, 0));
    }

    @Test
    void shouldHandAnswersOverToAnotherThreadWholeAndInOrder() throws InterruptedException {
        final int capacity = 64;
        final int count = 200_000;
        final AnswerQueue queue = new AnswerQueue(capacity);
        final AtomicLong consumed = new AtomicLong();
        final Thread producer = new Thread(() -> {
            for (int i = 1; i <= count; i++) {
                while (i - consumed.get() > capacity) {
                    Thread.onSpinWait();
                }
                queue.write(i, Outcome.ITEM_SOLD, -i, 2L * i, 3L * i, 4L * i, 5L * i);
                if (i % 7 == 0 || i - consumed.get() == capacity) {
                    queue.publish();
                }
            }
            queue.publish();
        });
        producer.start();
        final long[] last = {0};
        while (last[0] < count) {
            queue.drain((route, outcome, sequence, high, low, user, expires) -> {
                assertEquals(++last[0], route);
                assertEquals(Outcome.ITEM_SOLD, outcome);
                assertEquals(-route, sequence);
                assertEquals(2 * route, high);
                assertEquals(3 * route, low);
                assertEquals(4 * route, user);
                assertEquals(5 * route, expires);
            });
            consumed.set(last[0]);
        }
        producer.join();
    }

    @Test
    void shouldWriteMomentsAsInstantsAreWritten() {
        final Random random = new Random(7);
        final AnswerBuffer out = new AnswerBuffer();
        final long end = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
        for (int i = 0; i < 200_000; i++) {
            // Every day there is, and moments in between; some without milliseconds.
            final long day = i * 86_400_000L % end;
            final long moment = switch (i % 3) {
                case 0 -> day;
                case 1 -> day / 1_000 * 1_000 + random.nextInt(86_400) * 1_000L;
                default -> (random.nextLong() >>> 1) % end;
            };
            out.clear();
            out.putTime(moment);
            final ByteBuf written = out.copy(UnpooledByteBufAllocator.DEFAULT);
            assertEquals(Instant.ofEpochMilli(moment).toString(), written.toString(US_ASCII));
            written.release();
        }
    }

    @Test
    void shouldGiveAReusedSlotAnotherName() {
        final ConnectionTable table = new ConnectionTable(2);
        final Connection connection = connection();
        final long first = table.enter(3, connection);
        final long second = table.enter(3, connection);
        assertThrows(IllegalStateException.class, () -> table.enter(3, connection));
        assertEquals(3, Route.loop(first));
        assertTrue(Route.slot(first) != Route.slot(second));
        table.leave(first);
        assertNull(table.find(first));
        final long third = table.enter(3, connection);
        assertEquals(Route.slot(first), Route.slot(third));
        assertTrue(first != third);
        assertNotNull(table.at(Route.slot(third)));
    }

    private static Connection connection() {
        final TransportCounters counters = new TransportCounters(1);
        final TransportConfig config = TransportConfig.of("127.0.0.1", 0, 0, new RetrySecret(1, 2));
        return new Connection(
                new Lane(0, config, new ConnectionLimits(2, 0), 2, new FakePipeline(), counters.local(0)), null, null);
    }
}
