package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Large pages of items wait for each other, and orders do not wait for them. */
class ReadingTurnsTest extends ServerFixture {
    private static final String FIELDS = " HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String PAGE = "GET /items?limit=1000" + FIELDS;
    private static final String CHECKOUT = "POST /checkout?user_id=1&id=9000";
    private static final int GREEDY = 40;

    private final List<RawClient> greedy = new ArrayList<>();

    private void startWithOneLoop() throws Exception {
        board.publish(1, 1_000, 3_601_000, 1_000, 1_000, 0, 0, 2_000);
        start(config().withEventLoops(1));
    }

    /** Each asks for as many pages as it may, and takes none of them. */
    private void askForManyPages() throws Exception {
        for (int i = 0; i < GREEDY; i++) {
            greedy.add(connect());
        }
        for (final RawClient client : greedy) {
            client.send(PAGE.repeat(TransportLimits.MAX_PIPELINED));
        }
    }

    @AfterEach
    void closeGreedy() throws Exception {
        for (final RawClient client : greedy) {
            client.close();
        }
    }

    @Test
    void shouldTakeOrdersBetweenTwoPages() throws Exception {
        startWithOneLoop();
        try (RawClient honest = connect()) {
            assertEquals(200, honest.ask(CHECKOUT).response().status());
            askForManyPages();
            final List<Long> pagesMeanwhile = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                final long before = server.counters().answers(200);
                assertEquals(200, honest.ask(CHECKOUT).response().status());
                pagesMeanwhile.add(server.counters().answers(200) - before);
            }
            // Two or three looks at the sockets each, if the machine runs this thread when it could.
            final long median = pagesMeanwhile.stream().sorted().toList().get(4);
            assertTrue(median <= 30, () -> "pages during an order: " + pagesMeanwhile);
            await(
                    "that somebody still waits for a page",
                    () -> server.counters().answers(200) > 2L * GREEDY);
        }
    }

    @Test
    void shouldServeThoseWhoAskForPagesInTurn() throws Exception {
        startWithOneLoop();
        askForManyPages();
        try (RawClient late = connect()) {
            final long before = server.counters().answers(200);
            final RawClient.Response page = late.ask("GET /items?limit=1000").response();
            final long meanwhile = server.counters().answers(200) - before;
            assertEquals(200, page.status());
            assertTrue(page.body().endsWith("\n") && page.body().lines().count() == 1_000);
            // One page of each of the others, and what was answered before the request was there.
            assertTrue(meanwhile <= 6 * GREEDY, () -> "pages before the late one: " + meanwhile);
        }
    }

    @Test
    void shouldAnswerInOrderAroundAPageThatIsInLine() throws Exception {
        startWithOneLoop();
        try (RawClient client = connect()) {
            client.send(PAGE.repeat(3) + CHECKOUT + FIELDS + PAGE + "GET /sale" + FIELDS + "HEAD /items?limit=1000"
                    + FIELDS);
            for (int i = 0; i < 3; i++) {
                assertTrue(client.response().body().startsWith("0 available "));
            }
            assertEquals("1", client.response().field("Sale-Sequence"));
            assertTrue(client.response().body().startsWith("0 available "));
            assertTrue(client.response().body().contains("total"));
            assertEquals(200, client.response(false).status());
        }
    }

    @Test
    void shouldGiveThePagesThatWereAskedForBeforeItStops() throws Exception {
        startWithOneLoop();
        try (RawClient client = connect()) {
            client.send(PAGE.repeat(20));
            assertEquals(200, client.response().status());
            server.drain();
            final FutureTask<Boolean> idle = new FutureTask<>(() -> server.awaitIdle(Duration.ofMinutes(1)));
            new Thread(idle, "stop").start();
            for (int i = 1; i < 20; i++) {
                assertEquals(200, client.response().status());
            }
            assertTrue(client.isClosed());
            client.socket.close();
            assertTrue(idle.get(10, TimeUnit.SECONDS));
        }
    }
}
