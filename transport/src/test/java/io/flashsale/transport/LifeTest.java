package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Time-outs, bounds, draining: how connections and the server begin and end. */
class LifeTest extends ServerFixture {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final String CHECKOUT = "POST /checkout?user_id=1&id=9000";

    @Test
    void shouldTimeOutARequestThatDoesNotArriveAsAWhole() throws Exception {
        start(config().withTimeouts(SHORT, LONG));
        for (final String half : new String[] {
            "G",
            "GET /sale HTTP/1.1\r\n",
            "GET /sale HTTP/1.1\r\nHost: a\r\n",
            "POST /sale HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc",
            "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        }) {
            try (RawClient client = connect()) {
                assertEquals(200, client.ask("GET /sale").response().status());
                final RawClient.Response response = client.send(half).response();
                assertEquals(408, response.status(), half);
                assertEquals("close", response.field("Connection"));
                assertTrue(client.isClosed());
            }
        }
    }

    @Test
    void shouldTimeOutAClientThatSendsAByteNowAndThen() throws Exception {
        start(config().withTimeouts(SHORT, LONG));
        final String request = "GET /sale HTTP/1.1\r\nHost: a\r\nX: ";
        try (RawClient client = connect()) {
            final long began = System.nanoTime();
            int sent = 0;
            while (server.counters().answers(408) == 0) {
                client.send(sent < request.length() ? request.substring(sent, ++sent) : "x");
                Thread.sleep(10);
                assertTrue(System.nanoTime() - began < Duration.ofSeconds(10).toNanos());
            }
            assertEquals(408, client.response().status());
            assertTrue(client.isClosed());
        }
    }

    @Test
    void shouldAnswerWhatCameBeforeARequestThatTimesOut() throws Exception {
        start(config().withTimeouts(SHORT, LONG));
        try (RawClient client = connect()) {
            pipeline.hold();
            client.ask(CHECKOUT).send("GET /sale");
            await("the time-out", () -> server.counters().total(Counter.MALFORMED_REQUESTS) == 1);
            pipeline.release();
            assertEquals(200, client.response().status());
            assertEquals(408, client.response().status());
            assertTrue(client.isClosed());
        }
    }

    @Test
    void shouldCloseAnIdleConnectionWithoutAWord() throws Exception {
        start(config().withTimeouts(LONG, SHORT));
        try (RawClient client = connect()) {
            assertTrue(client.isClosed());
        }
        try (RawClient client = connect()) {
            client.ask("GET /sale").response();
            client.send("\r\n");
            assertTrue(client.isClosed());
            assertEquals(2, server.counters().total(Counter.CONNECTIONS_TIMED_OUT));
        }
    }

    @Test
    void shouldTakeAConnectionForIdleThatSendsNoRequest() throws Exception {
        start(config().withTimeouts(LONG, SHORT));
        for (final String nothing : new String[] {"\r\n", "\r", "\n\n"}) {
            try (RawClient client = connect()) {
                assertEquals(200, client.ask("GET /sale").response().status());
                final long timedOut = server.counters().total(Counter.CONNECTIONS_TIMED_OUT);
                final long began = System.nanoTime();
                while (server.counters().total(Counter.CONNECTIONS_TIMED_OUT) == timedOut) {
                    try {
                        client.send(nothing);
                    } catch (final SocketException e) {
                        // It was closed meanwhile.
                    }
                    Thread.sleep(20);
                    assertTrue(
                            System.nanoTime() - began < Duration.ofSeconds(10).toNanos(), "it never idles out");
                }
                assertTrue(client.isGone());
            }
        }
    }

    @Test
    void shouldNotTakeAConnectionForIdleThatWaitsForItsAnswer() throws Exception {
        start(config().withTimeouts(SHORT, SHORT));
        try (RawClient client = connect()) {
            pipeline.hold();
            client.ask(CHECKOUT);
            final long asked = System.nanoTime();
            await("twice the time-out", () -> System.nanoTime() - asked > 2 * SHORT.toNanos());
            pipeline.release();
            assertEquals(200, client.response().status());
        }
    }

    @Test
    void shouldCloseAConnectionThatTakesNoAnswers() throws Exception {
        start(config().withTimeouts(LONG, SHORT));
        final RawClient client = connect();
        client.socket.setSoTimeout(100);
        final Thread writer = new Thread(() -> {
            try {
                client.send("GET /sale HTTP/1.1\r\nHost: a\r\n\r\n".repeat(100_000));
            } catch (final IOException e) {
                // The server has closed the connection, as it should.
            }
        });
        writer.start();
        await("the time-out", () -> server.counters().total(Counter.CONNECTIONS_TIMED_OUT) == 1);
        writer.join();
        client.close();
    }

    @Test
    void shouldServeAThousandConnections() throws Exception {
        start(config().withEventLoops(2));
        final List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                clients.add(connect());
            }
            for (final RawClient client : clients) {
                client.ask(CHECKOUT);
            }
            final Set<String> codes = new HashSet<>();
            for (final RawClient client : clients) {
                codes.add(client.response().body());
            }
            assertEquals(1_000, codes.size());
            assertEquals(1_000, server.counters().openConnections());
            final Set<Integer> loops = new HashSet<>();
            pipeline.seen().forEach(command -> loops.add(Route.loop(command.route())));
            assertEquals(Set.of(0, 1), loops);
        } finally {
            for (final RawClient client : clients) {
                client.close();
            }
        }
        await("the end of all connections", () -> server.counters().openConnections() == 0);
    }

    @Test
    void shouldRefuseConnectionsBeyondItsBound() throws Exception {
        start(config().withBounds(2, 16));
        try (RawClient first = connect();
                RawClient second = connect()) {
            assertEquals(200, first.ask("GET /sale").response().status());
            assertEquals(200, second.ask("GET /sale").response().status());
            try (RawClient third = connect()) {
                assertTrue(third.isGone());
            }
            assertEquals(1, server.counters().total(Counter.CONNECTIONS_REFUSED));
            first.socket.close();
            await("the end of the first", () -> server.counters().openConnections() == 1);
            try (RawClient fourth = connect()) {
                assertEquals(200, fourth.ask("GET /sale").response().status());
            }
        }
    }

    @Test
    void shouldRefuseConnectionsBeyondTheBoundOfTheirAddress() throws Exception {
        start(config().withConnections(10, 2));
        try (RawClient first = connect();
                RawClient second = connect()) {
            assertEquals(200, first.ask("GET /sale").response().status());
            assertEquals(200, second.ask("GET /sale").response().status());
            for (int i = 1; i <= 20; i++) {
                try (RawClient another = connect()) {
                    assertTrue(another.isGone());
                }
                assertEquals(i, server.counters().total(Counter.CONNECTIONS_REFUSED_BY_ADDRESS));
            }
            assertEquals(0, server.counters().total(Counter.CONNECTIONS_REFUSED));
            // Another address has its own.
            final Socket socket = new Socket();
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
            try (RawClient elsewhere = new RawClient(socket)) {
                assertEquals(200, elsewhere.ask("GET /sale").response().status());
            }
            first.socket.close();
            await("room for one more", () -> server.counters().openConnections() == 1);
            try (RawClient another = connect()) {
                assertEquals(200, another.ask("GET /sale").response().status());
            }
        }
    }

    @Test
    void shouldCountAddressesAsTheirOwnersHaveThem() throws Exception {
        final ConnectionLimits limits = new ConnectionLimits(100, 2);
        assertNull(limits.enter(at("2001:db8:0:1::1")));
        assertNull(limits.enter(at("2001:db8:0:1:ffff:ffff:ffff:ffff")));
        assertEquals(Counter.CONNECTIONS_REFUSED_BY_ADDRESS, limits.enter(at("2001:db8:0:1:2::3")));
        assertNull(limits.enter(at("2001:db8:0:2::1")));
        assertNull(limits.enter(at("192.0.2.1")));
        assertNull(limits.enter(at("::ffff:192.0.2.1")));
        assertEquals(Counter.CONNECTIONS_REFUSED_BY_ADDRESS, limits.enter(at("192.0.2.1")));
        assertNull(limits.enter(at("192.0.2.2")));
        assertEquals(4, limits.addresses());
        limits.leave(at("2001:db8:0:1::1"));
        assertNull(limits.enter(at("2001:db8:0:1::2")));
        for (final String address : List.of("2001:db8:0:1::2", "2001:db8:0:1::3", "2001:db8:0:2::1", "192.0.2.2")) {
            limits.leave(at(address));
        }
        limits.leave(at("192.0.2.1"));
        limits.leave(at("192.0.2.1"));
        assertEquals(0, limits.addresses());
    }

    private static InetSocketAddress at(final String address) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(address), 1);
    }

    private boolean refusesConnections() {
        try {
            connect().close();
            return false;
        } catch (final ConnectException e) {
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    @Test
    void shouldAnswerWhatIsInFlightWhenItDrains() throws Exception {
        start(config().withEventLoops(2));
        try (RawClient idle = connect();
                RawClient busy = connect();
                RawClient half = connect();
                RawClient admin = new RawClient(server.adminPort())) {
            assertEquals(200, idle.ask("GET /sale").response().status());
            pipeline.hold();
            busy.ask(CHECKOUT);
            half.send("POST /checkout?user_id=1&id=9000 HTTP/1.1\r\n");
            await("a command", () -> pipeline.seen().size() == 1);
            await("four connections", () -> server.counters().openConnections() == 4);

            server.drain();
            assertTrue(idle.isClosed());
            // Over NIO the kernel listens on until the selector looks again.
            await("the port to be closed", this::refusesConnections);
            assertFalse(server.awaitIdle(Duration.ofMillis(50)));
            busy.ask("POST /checkout?user_id=2&id=9000").ask("GET /sale");
            half.send("Host: a\r\n\r\n");
            final RawClient.Response late = half.response();
            assertEquals(503, late.status());
            assertEquals("close", late.field("Connection"));
            assertTrue(late.body().contains("stopping"), late.body());
            assertTrue(half.isClosed());
            assertEquals(200, admin.ask("GET /health").response().status());

            pipeline.release();
            assertEquals(200, busy.response().status());
            final RawClient.Response second = busy.response();
            assertEquals(503, second.status());
            assertEquals("close", second.field("Connection"));
            assertTrue(busy.isClosed());
            assertTrue(server.awaitIdle(Duration.ofSeconds(10)));
            assertEquals(1, pipeline.seen().size());
        }
    }

    @Test
    void shouldTellOfAnEventLoopThatEndsByItself() throws Exception {
        start();
        try (RawClient client = connect()) {
            client.ask(CHECKOUT);
            assertEquals(200, client.response().status());
        }
        await("the end of the connection", () -> server.counters().openConnections() == 0);
        server.firstLoop().shutdownGracefully(0, 0, TimeUnit.SECONDS).await(10, TimeUnit.SECONDS);
        await("the loss to be told", () -> lostLoops.get() == 1);
        lostLoops.set(0);
    }

    /** The kernel has taken connections and requests that the event loop, in a long pause, has not seen yet. */
    @Test
    void shouldRefuseAndNotResetWhatIsOnItsWayWhenItDrains() throws Exception {
        final CountDownLatch pause = new CountDownLatch(1);
        final CountDownLatch paused = new CountDownLatch(1);
        server = new HttpServer(
                config(),
                pipeline,
                board,
                () -> {
                    paused.countDown();
                    await(pause);
                    return Admission.OPEN;
                },
                () -> health,
                () -> metrics);
        pipeline.start(server.answers());
        server.start(() -> {}, lostLoops::incrementAndGet);
        final List<RawClient> clients = new ArrayList<>();
        try (RawClient first = connect()) {
            first.ask(CHECKOUT);
            assertTrue(paused.await(10, TimeUnit.SECONDS));
            for (int i = 0; i < 50; i++) {
                clients.add(connect().ask(CHECKOUT));
            }
            final FutureTask<Void> drain = new FutureTask<>(server::drain, null);
            new Thread(drain, "stop").start();
            pause.countDown();
            drain.get(10, TimeUnit.SECONDS);
            assertEquals(200, first.response().status());
            for (final RawClient client : clients) {
                final RawClient.Response answer = client.response();
                // Before the stop reached the event loop, or after.
                assertTrue(answer.status() == 200 || answer.status() == 503, answer.raw());
                assertTrue(client.isClosed());
                client.close();
            }
            assertTrue(server.awaitIdle(LONG));
        }
    }

    private static void await(final CountDownLatch latch) {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldSayThatTheConnectionClosesWithTheLastAnswerOfADrain() throws Exception {
        start();
        try (RawClient client = connect()) {
            pipeline.hold();
            client.ask(CHECKOUT).ask(CHECKOUT);
            await("two commands", () -> pipeline.seen().size() == 2);
            server.drain();
            assertFalse(server.awaitIdle(Duration.ofMillis(20)));
            pipeline.release();
            assertEquals(null, client.response().field("Connection"));
            assertEquals("close", client.response().field("Connection"));
            assertTrue(client.isClosed());
            assertTrue(server.awaitIdle(Duration.ofSeconds(10)));
        }
    }

    @Test
    void shouldCutOffAClientThatTakesNoAnswersWhenItDrains() throws Exception {
        board.publish(
                FakePipeline.SALE, FakePipeline.SALE * 1_000, (FakePipeline.SALE + 60) * 1_000, 1_000, 1_000, 0, 0, 0);
        start();
        try (RawClient stalled = stalled();
                RawClient honest = connect()) {
            pipeline.hold();
            honest.ask(CHECKOUT);
            await("a command", () -> pipeline.seen().size() == 1);
            server.drain();
            assertFalse(server.awaitDecided(Duration.ofMillis(20)));
            pipeline.release();
            assertTrue(server.awaitDecided(LONG));
            assertEquals(200, honest.response().status());
            assertTrue(honest.isClosed());
            honest.socket.close();
            final long began = System.nanoTime();
            assertTrue(server.awaitIdle(LONG));
            final Duration took = Duration.ofNanos(System.nanoTime() - began);
            assertTrue(took.compareTo(LONG.dividedBy(4)) < 0, "it held up the stop for " + took);
            assertEquals(1, server.counters().total(Counter.CONNECTIONS_TIMED_OUT));
            assertTrue(stalled.socket.isConnected());
        }
    }

    /** A client that has asked for far more than the kernel buffers, and reads nothing. */
    private RawClient stalled() throws Exception {
        final Socket socket = new Socket();
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
        final RawClient client = new RawClient(socket);
        // In one piece, so that the answers are one piece too.
        client.send("GET /items?limit=1000 HTTP/1.1\r\nHost: a\r\n\r\n".repeat(TransportLimits.MAX_PIPELINED));
        await("a client that is not read any more", () -> server.counters().total(Counter.READS_PAUSED) > 0);
        return client;
    }

    @Test
    void shouldLetAClientThatReadsSlowlyFinishWhenItDrains() throws Exception {
        board.publish(
                FakePipeline.SALE, FakePipeline.SALE * 1_000, (FakePipeline.SALE + 60) * 1_000, 1_000, 1_000, 0, 0, 0);
        start();
        try (RawClient slow = stalled()) {
            server.drain();
            final FutureTask<Boolean> idle = new FutureTask<>(() -> server.awaitIdle(LONG));
            new Thread(idle, "stop").start();
            for (int i = 0; i < TransportLimits.MAX_PIPELINED; i++) {
                assertEquals(200, slow.response().status());
                Thread.sleep(40);
            }
            assertTrue(slow.isClosed());
            slow.socket.close();
            assertTrue(idle.get(10, TimeUnit.SECONDS));
            assertEquals(0, server.counters().total(Counter.CONNECTIONS_TIMED_OUT));
        }
    }

    @Test
    void shouldNotWaitLongForTheRestOfARequestWhenItDrains() throws Exception {
        start();
        try (RawClient head = connect();
                RawClient body = connect()) {
            head.send("POST /checkout?user_id=1&id=9000 HTTP/1.1\r\n");
            body.send("POST /checkout?user_id=1&id=9000 HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
            await("both connections", () -> server.counters().openConnections() == 2);
            await("the head of a request", () -> server.counters().total(Counter.REQUESTS) == 1);
            server.drain();
            final long began = System.nanoTime();
            assertTrue(server.awaitIdle(LONG));
            final Duration took = Duration.ofNanos(System.nanoTime() - began);
            assertTrue(took.compareTo(LONG.dividedBy(4)) < 0, "they held up the stop for " + took);
            assertTrue(head.isGone());
            assertTrue(body.isGone());
        }
    }

    @Test
    void shouldFindAnIdleServerIdleInNoTime() throws Exception {
        start(config().withEventLoops(2));
        try (RawClient idle = connect()) {
            assertEquals(200, idle.ask("GET /sale").response().status());
            server.drain();
            assertTrue(server.awaitDecided(Duration.ZERO));
            assertTrue(server.awaitIdle(Duration.ZERO));
        }
    }

    @Test
    void shouldDropAnswersThatComeAfterItsEnd() throws Exception {
        start();
        try (RawClient client = connect()) {
            pipeline.hold();
            client.ask(CHECKOUT);
            await("a command", () -> pipeline.seen().size() == 1);
            server.close();
            pipeline.release();
            assertTrue(client.isGone());
        }
    }

    @Test
    void shouldNameTheAddressThatItCannotListenOn() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            final TransportConfig config = TransportConfig.of(HOST, taken.getLocalPort(), 0, SECRET);
            final IOException e = assertThrows(IOException.class, () -> start(config));
            assertTrue(
                    e.getMessage().startsWith("cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": "),
                    e.getMessage());
        }
    }
}
