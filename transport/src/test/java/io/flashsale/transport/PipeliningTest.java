package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that are sent before the ones before are answered. */
class PipeliningTest extends ServerFixture {
    private static final String FIELDS = " HTTP/1.1\r\nHost: a\r\n\r\n";

    @Test
    void shouldAnswerInOrderWithBadRequestsInBetween() throws Exception {
        start();
        final int[] statuses = {200, 404, 409, 200, 405, 400, 200, 503, 409, 200, 400};
        try (RawClient client = connect()) {
            pipeline.hold();
            client.send("POST /checkout?user_id=1&id=9000" + FIELDS
                    + "GET /nowhere" + FIELDS
                    + "POST /checkout?user_id=1&id=" + Outcome.ITEM_RESERVED.code() + FIELDS
                    + "GET /sale" + FIELDS
                    + "PUT /purchase" + FIELDS
                    + "POST /checkout?user_id=x&id=1" + FIELDS
                    + "POST /purchase?code=" + code(Outcome.PURCHASED) + FIELDS);
            await("three commands", () -> pipeline.seen().size() == 3);
            pipeline.full = true;
            client.send("POST /checkout?user_id=2&id=9000" + FIELDS);
            await("refusal", () -> server.counters().refused(Refusal.PIPELINE_FULL) == 1);
            pipeline.full = false;
            client.send("DELETE /checkout?code=" + code(Outcome.CODE_USED) + FIELDS
                    + "GET /health" + FIELDS
                    + "GET /sale HTTP/1.1\r\n\r\n"
                    + "POST /checkout?user_id=3&id=9000" + FIELDS);
            await("four commands", () -> pipeline.seen().size() == 4);
            pipeline.release();
            final List<Long> sequences = new ArrayList<>();
            for (final int status : statuses) {
                final RawClient.Response response = client.response();
                assertEquals(status, response.status());
                if (response.field("Sale-Sequence") != null) {
                    sequences.add(Long.parseLong(response.field("Sale-Sequence")));
                }
            }
            assertEquals(List.of(1L, 2L, 3L, 4L), sequences);
            assertTrue(client.isClosed());
            assertEquals(4, pipeline.seen().size());
        }
    }

    @Test
    void shouldEvaluateAReadingWhenItsTurnComes() throws Exception {
        start();
        board.publish(1, 1_000, 2_000, 10, 10, 0, 0, 1_000);
        try (RawClient client = connect()) {
            pipeline.hold();
            client.send("POST /checkout?user_id=1&id=9000" + FIELDS + "GET /sale" + FIELDS);
            await("the reading behind the command", () -> server.counters().total(Counter.REQUESTS) == 2);
            board.publish(1, 1_000, 2_000, 10, 9, 1, 0, 1_001);
            pipeline.release();
            client.response();
            assertTrue(client.response().body().contains("held: 1\n"));
        }
    }

    @Test
    void shouldStopReadingWhenTooMuchIsAsked() throws Exception {
        start();
        final int asked = 1_000;
        try (RawClient client = connect()) {
            pipeline.hold();
            client.send(("POST /checkout?user_id=1&id=9000" + FIELDS).repeat(asked));
            await("a full queue", () -> server.counters().total(Counter.READS_PAUSED) == 1);
            assertEquals(TransportLimits.MAX_PIPELINED, pipeline.seen().size());
            pipeline.release();
            for (int i = 1; i <= asked; i++) {
                assertEquals(String.valueOf(i), client.response().field("Sale-Sequence"));
            }
            assertEquals(200, client.ask("GET /sale").response().status());
            final long flushes = server.counters().total(Counter.FLUSHES);
            assertTrue(flushes < asked / 2, "flushes: " + flushes);
        }
    }

    @Test
    void shouldStopReadingWhenTheClientDoesNot() throws Exception {
        start();
        final int asked = 20_000;
        final Socket socket = new Socket();
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        try (RawClient client = new RawClient(socket)) {
            final Thread writer = new Thread(() -> {
                try {
                    client.send(("GET /sale" + FIELDS).repeat(asked));
                } catch (final java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            writer.start();
            await("a paused connection", () -> server.counters().total(Counter.READS_PAUSED) > 0);
            assertTrue(server.counters().total(Counter.REQUESTS) < asked);
            for (int i = 0; i < asked; i++) {
                assertEquals(200, client.response().status());
            }
            writer.join();
        }
    }

    @Test
    void shouldAnswerAClientThatClosedItsSide() throws Exception {
        start();
        final int asked = 200;
        try (RawClient client = connect()) {
            pipeline.hold();
            client.send(("POST /checkout?user_id=1&id=9000" + FIELDS).repeat(asked) + "POST /checkout?user_id=1&id=9");
            client.socket.shutdownOutput();
            await("a full queue", () -> pipeline.seen().size() == TransportLimits.MAX_PIPELINED);
            pipeline.release();
            for (int i = 1; i <= asked; i++) {
                assertEquals(String.valueOf(i), client.response().field("Sale-Sequence"));
            }
            assertTrue(client.isClosed());
        }
    }

    @Test
    void shouldNotDeliverAnAnswerToTheNextUserOfASlot() throws Exception {
        start();
        pipeline.hold();
        final RawClient first = connect();
        first.ask("POST /checkout?user_id=1&id=9000").ask("POST /checkout?user_id=1&id=9001");
        await("two commands", () -> pipeline.seen().size() == 2);
        first.reset();
        await("the end of the connection", () -> server.counters().openConnections() == 0);
        try (RawClient second = connect()) {
            second.ask("POST /checkout?user_id=2&id=" + Outcome.SOLD_OUT.code());
            await("three commands", () -> pipeline.seen().size() == 3);
            final long stale = pipeline.seen().get(0).route();
            final long fresh = pipeline.seen().get(2).route();
            assertEquals(Route.slot(stale), Route.slot(fresh));
            assertTrue(Route.connection(stale) != Route.connection(fresh));
            pipeline.release();
            final RawClient.Response response = second.response();
            assertEquals(409, response.status());
            assertEquals("3", response.field("Sale-Sequence"));
            assertEquals(2, server.counters().total(Counter.ANSWERS_DROPPED));
            assertEquals(404, second.ask("GET /").response().status());
        }
    }

    @Test
    void shouldHonourConnectionFields() throws Exception {
        start();
        try (RawClient client = connect()) {
            client.send("GET /sale HTTP/1.1\r\nHost: a\r\nConnection: foo, Close\r\n\r\nGET /sale" + FIELDS);
            assertEquals("close", client.response().field("Connection"));
            assertTrue(client.isClosed());
        }
        try (RawClient client = connect()) {
            assertEquals(
                    "close",
                    client.send("GET /sale HTTP/1.0\r\n\r\n").response().field("Connection"));
            assertTrue(client.isClosed());
        }
        try (RawClient client = connect()) {
            for (int i = 0; i < 2; i++) {
                client.send("GET /sale HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
                assertEquals("keep-alive", client.response().field("Connection"));
            }
            assertNull(client.ask("GET /sale").response().field("Connection"));
        }
    }

    @Test
    void shouldAskForABodyThatTheClientHoldsBack() throws Exception {
        start();
        final String head = "POST /checkout?user_id=1&id=9000 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n";
        try (RawClient client = connect()) {
            pipeline.hold();
            client.ask("POST /checkout?user_id=1&id=9000").send(head + "Content-Length: 3\r\n\r\n");
            await("two requests", () -> server.counters().total(Counter.REQUESTS) == 2);
            pipeline.release();
            assertEquals(200, client.response().status());
            assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.response().raw());
            assertEquals(200, client.send("abc").response().status());
            assertEquals(
                    413,
                    client.send(head + "Content-Length: 4097\r\n\r\n")
                            .response()
                            .status());
            assertTrue(client.isClosed());
        }
        try (RawClient client = connect()) {
            // Nothing to wait for.
            assertEquals(200, client.send(head + "\r\n").response().status());
        }
    }

    @Test
    void shouldRefuseCommandsBeyondItsBoundAndTakeThemAgainLater() throws Exception {
        start(config().withBounds(100, 4));
        try (RawClient client = connect()) {
            pipeline.hold();
            client.send(("POST /checkout?user_id=1&id=9000" + FIELDS).repeat(6));
            await("two refusals", () -> server.counters().refused(Refusal.ANSWERS_FULL) == 2);
            pipeline.release();
            for (final int status : new int[] {200, 200, 200, 200, 503, 503}) {
                assertEquals(status, client.response().status());
            }
            for (int i = 0; i < 100; i++) {
                assertNotNull(client.ask("POST /checkout?user_id=1&id=9000")
                        .response()
                        .field("Sale-Sequence"));
            }
        }
    }
}
