package io.flashsale.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class LoadGeneratorTest {
    private final FixtureSale sale = new FixtureSale();
    private final Ledger ledger = new Ledger();
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void shouldLeaveNoThread() {
        final Set<String> left = Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.startsWith("load-"))
                .collect(Collectors.toSet());
        assertEquals(Set.of(), left);
    }

    @ParameterizedTest
    @CsvSource({
        // connections, depth, threads, bytes per write, requests per second
        "1, 1, 1, 100000, 0",
        "8, 1, 1, 1, 0",
        "8, 1, 2, 100000, 0",
        "3, 8, 1, 7, 0",
        "7, 64, 3, 1000, 0",
        "4, 1, 1, 100000, 4000",
        "3, 8, 2, 13, 4000"
    })
    void shouldAccountForEveryRequest(
            final int connections, final int depth, final int threads, final int writeSize, final double rate)
            throws Exception {
        try (FixtureServer server = new FixtureServer(sale, 0, writeSize)) {
            final LoadReport report = run(LoadConfig.to(server.address())
                    .connections(connections)
                    .depth(depth)
                    .threads(threads)
                    .rate(rate)
                    .items(500)
                    .attempts(1_000));

            assertEquals(1_000, report.counts().checkoutsSent());
            assertEquals(sale.held(), report.answers(AnswerClass.CHECKOUT_200));
            assertEquals(1_000 - sale.held(), report.answers(AnswerClass.CHECKOUT_409));
            assertEquals(sale.held(), report.counts().purchasesSent());
            assertEquals(sale.bought(), report.answers(AnswerClass.PURCHASE_200));
            assertEquals(sale.held(), sale.bought());
            assertEquals(report.counts().sent(), report.answers());
            assertEquals(0, report.unexpectedAnswers(Set.of(200, 409)));
            assertEquals(0, report.counts().connectionErrors());
            assertEquals(
                    rate > 0 ? report.counts().sent() : 0, report.sendDelay().count());

            assertEquals(1_000, ledger.sent().size());
            assertEquals(new HashSet<>(ledger.codes()), new HashSet<>(ledger.bought()));
            assertEquals(1_000 - sale.held(), ledger.refused().size());
            // Each place in the total order was given out once, and came back.
            assertEquals(report.answers(), new HashSet<>(ledger.sequences()).size());
            assertFalse(ledger.sequences().contains(LoadListener.NO_SEQUENCE));
        }
    }

    @Test
    void shouldBuyEachCodeNextOnTheConnectionThatGotIt() throws Exception {
        final Map<String, String> codeOfCheckout = new ConcurrentHashMap<>();
        final FixtureServer.Script script = line -> {
            final String answer = sale.answer(line);
            if (line.startsWith("POST /checkout") && answer.startsWith("HTTP/1.1 200")) {
                codeOfCheckout.put(line, answer.substring(answer.length() - UuidText.LENGTH));
            }
            return answer;
        };
        try (FixtureServer server = new FixtureServer(script)) {
            run(LoadConfig.to(server.address()).connections(4).items(150).attempts(200));

            assertEquals(4, server.requests().size());
            int followed = 0;
            for (final List<String> lines : server.requests()) {
                for (int i = 0; i < lines.size(); i++) {
                    final String code = codeOfCheckout.get(lines.get(i));
                    if (code != null) {
                        assertEquals("POST /purchase?code=" + code + " HTTP/1.1", lines.get(i + 1));
                        followed++;
                    }
                }
            }
            assertEquals(sale.held(), followed);
        }
    }

    @Test
    void shouldBuyTheShareOfCodesItIsToldTo() throws Exception {
        try (FixtureServer server = new FixtureServer(sale)) {
            final LoadReport report = run(LoadConfig.to(server.address())
                    .connections(4)
                    .items(1_000_000)
                    .purchaseShare(0.25)
                    .attempts(2_000));

            assertEquals(0.25, (double) report.counts().purchasesSent() / sale.held(), 0.05);
            assertEquals(sale.bought(), report.counts().purchasesSent());
        }
    }

    @Test
    void shouldSendTheSameCheckoutsForTheSameSeed() throws Exception {
        final List<String> first = checkouts(5);
        assertEquals(first, checkouts(5));
        assertNotEquals(first, checkouts(6));
        for (final String checkout : first) {
            final String[] parts = checkout.split(" ", -1);
            final long user = Long.parseLong(parts[0]);
            final int item = Integer.parseInt(parts[1]);
            assertTrue(user >= 1 && user <= 50 && item >= 0 && item < 20, checkout);
        }
    }

    private static List<String> checkouts(final long seed) throws Exception {
        final Ledger heard = new Ledger();
        try (FixtureServer server = new FixtureServer(new FixtureSale())) {
            new LoadGenerator(
                            LoadConfig.to(server.address())
                                    .connections(5)
                                    .depth(3)
                                    .users(50)
                                    .items(20)
                                    .seed(seed)
                                    .attempts(300)
                                    .build(),
                            heard)
                    .run();
        }
        return heard.sent();
    }

    @Test
    void shouldCountOtherStatusesApart() throws Exception {
        final int[] statuses = {503, 429, 400, 200};
        final FixtureServer.Script script =
                line -> FixtureServer.response(statuses[asked.getAndIncrement() % statuses.length], "not a code", "");
        try (FixtureServer server = new FixtureServer(script)) {
            final LoadReport report =
                    run(LoadConfig.to(server.address()).connections(1).attempts(40));

            assertEquals(10, report.answers(AnswerClass.ANY_503));
            assertEquals(20, report.answers(AnswerClass.OTHER));
            assertEquals(Map.of(200, 10L, 400, 10L, 429, 10L, 503, 10L), report.statuses());
            assertEquals(10, report.counts().invalidCodes());
            assertEquals(40, report.unexpectedAnswers(Set.of(200, 409)));
            assertEquals(20 + 10, report.unexpectedAnswers(Set.of(200, 409, 503)));
            assertEquals(40, ledger.refused().size());
        }
    }

    @Test
    void shouldCountWhatIsLostWhenTheServerCloses() throws Exception {
        final FixtureServer.Script script = line -> asked.incrementAndGet() > 100 ? null : sale.answer(line);
        try (FixtureServer server = new FixtureServer(script)) {
            final LoadReport report =
                    run(LoadConfig.to(server.address()).connections(4).depth(4).attempts(10_000));

            assertEquals(100, report.answers());
            assertEquals(
                    report.counts().sent(),
                    report.answers()
                            + report.counts().checkoutsUnanswered()
                            + report.counts().purchasesUnanswered());
            assertEquals(4, report.counts().serverCloses() + report.counts().resets());
            assertEquals(
                    report.counts().checkoutsUnanswered() + report.counts().purchasesUnanswered(),
                    ledger.unanswered().size());
        }
    }

    @Test
    void shouldOpenConnectionsAgainWhenAskedTo() throws Exception {
        // Each tenth answer is the last of its connection, announced or not.
        final FixtureServer.Script script = line -> {
            final int place = asked.incrementAndGet();
            if (place % 20 == 0) {
                return null;
            }
            return place % 20 == 10 ? FixtureServer.response(409, "", "Connection: close\r\n") : sale.answer(line);
        };
        try (FixtureServer server = new FixtureServer(script)) {
            final LoadReport report = run(LoadConfig.to(server.address())
                    .connections(4)
                    .items(100_000)
                    .reconnect(true)
                    .attempts(200));

            assertEquals(200, report.counts().checkoutsSent());
            assertTrue(report.counts().reconnects() >= 10, report::toText);
            assertEquals(0, report.counts().codesNotBought());
            assertEquals(
                    report.counts().sent(),
                    report.answers() + ledger.unanswered().size());
        }
    }

    @Test
    void shouldOutliveARestartOfTheServer() throws Exception {
        final FixtureServer first = new FixtureServer(sale);
        final LoadGenerator generator = new LoadGenerator(
                LoadConfig.to(first.address())
                        .connections(8)
                        .rate(2_000)
                        .items(1_000_000)
                        .duration(Duration.ofMillis(1_500))
                        .reconnect(true)
                        .build(),
                ledger);
        final LoadReport[] report = new LoadReport[1];
        final Thread running = new Thread(
                () -> {
                    try {
                        report[0] = generator.run();
                    } catch (final IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                "runs-the-load");
        running.start();
        while (ledger.codes().size() < 200) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        first.close();
        try (FixtureServer second = new FixtureServer(sale, first.address().getPort(), Integer.MAX_VALUE)) {
            running.join();
            assertEquals(8, second.requests().size());
            assertEquals(8, report[0].counts().reconnects(), report[0]::toText);
            assertEquals(
                    report[0].counts().sent(),
                    report[0].answers() + ledger.unanswered().size());
            // What fell due while there was no server was sent later, and counted from its planned time.
            assertEquals(
                    3_000,
                    (double) (report[0].counts().sent() + report[0].counts().plannedNotSent()),
                    60);
        }
    }

    @Test
    void shouldReportAServerThatIsNotThere() throws Exception {
        final LoadConfig.Builder config;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            config = LoadConfig.to((InetSocketAddress) unused.getLocalSocketAddress());
        }
        final LoadReport report = run(config.connections(3).attempts(10));
        assertEquals(3, report.counts().connectFailures());
        assertEquals(0, report.counts().sent());

        final LoadReport insistent = new LoadGenerator(config.reconnect(true)
                        .reconnectTimeout(Duration.ofMillis(300))
                        .build())
                .run();
        assertTrue(insistent.counts().connectFailures() >= 6, insistent::toText);
    }

    @Test
    void shouldGiveUpAnAnswerThatDoesNotCome() throws Exception {
        final FixtureServer.Script silent = line -> {
            Thread.sleep(60_000);
            return null;
        };
        try (FixtureServer server = new FixtureServer(silent)) {
            final LoadReport report = run(LoadConfig.to(server.address())
                    .connections(2)
                    .rate(100)
                    .answerTimeout(Duration.ofMillis(500))
                    .duration(Duration.ofMillis(250)));

            assertEquals(2, report.counts().timeouts());
            assertEquals(2, report.counts().checkoutsUnanswered());
            // 25 or 26 requests were planned; two were sent.
            assertEquals(23.5, (double) report.counts().plannedNotSent(), 0.5);
        }
    }

    @Test
    void shouldCountTheWaitOfRequestsPlannedDuringAStall() throws Exception {
        final int requests = 400;
        final int rate = 400;
        final long stallMillis = 500;
        final LoadReport open;
        try (FixtureServer server = new FixtureServer(new FixtureSale().stallingOnce(100, stallMillis))) {
            open = run(LoadConfig.to(server.address())
                    .connections(2)
                    .purchaseShare(0)
                    .items(1_000_000)
                    .rate(rate)
                    .attempts(requests));
        }
        final LoadReport closed;
        try (FixtureServer server = new FixtureServer(new FixtureSale().stallingOnce(100, stallMillis))) {
            closed = run(LoadConfig.to(server.address())
                    .connections(2)
                    .purchaseShare(0)
                    .items(1_000_000)
                    .attempts(requests));
        }

        final LatencySummary planned = open.latencies().get(AnswerClass.CHECKOUT_200);
        final LatencySummary actual = closed.latencies().get(AnswerClass.CHECKOUT_200);
        // Half of the requests were planned during the stall: their wait falls evenly from all of it to nothing.
        assertTrue(planned.p90() >= Duration.ofMillis(300).toNanos(), open::toText);
        assertTrue(open.sendDelay().p90() >= Duration.ofMillis(300).toNanos(), open::toText);
        // The closed loop sent nothing meanwhile, and saw two slow answers in 400.
        assertTrue(actual.p90() < Duration.ofMillis(300).toNanos(), closed::toText);
        assertTrue(actual.max() >= Duration.ofMillis(stallMillis).toNanos() * 9 / 10, closed::toText);
        assertTrue(open.toText().contains("latency from the planned send"));
        assertTrue(closed.toText().contains("latency from the actual send"));
    }

    @Test
    void shouldKeepTheRate() throws Exception {
        try (FixtureServer server = new FixtureServer(sale)) {
            final LoadReport report = run(LoadConfig.to(server.address())
                    .connections(8)
                    .threads(2)
                    .rate(1_000)
                    .duration(Duration.ofSeconds(1)));

            assertEquals(
                    1_000, (double) (report.counts().sent() + report.counts().plannedNotSent()), 10);
            assertTrue(report.clientCpuNanos() > 0);
        }
    }

    @Test
    void shouldEndWhenToldTo() throws Exception {
        try (FixtureServer server = new FixtureServer(sale)) {
            final LoadGenerator[] generator = new LoadGenerator[1];
            final LoadListener stopping = new LoadListener() {
                private int sent;

                @Override
                public void checkoutSent(final long user, final int item) {
                    if (++sent == 50) {
                        generator[0].stop();
                    }
                }
            };
            generator[0] = new LoadGenerator(
                    LoadConfig.to(server.address())
                            .connections(4)
                            .duration(Duration.ofHours(1))
                            .build(),
                    stopping);
            final LoadReport report = generator[0].run();

            assertEquals(report.counts().sent(), report.answers());
            assertTrue(report.counts().checkoutsSent() >= 50);
            assertEquals(sale.held(), sale.bought());
        }
    }

    @Test
    void shouldFailWhenTheListenerFails() throws Exception {
        final LoadListener failing = new LoadListener() {
            @Override
            public void checkoutSent(final long user, final int item) {
                throw new IllegalArgumentException("ledger is broken");
            }
        };
        try (FixtureServer server = new FixtureServer(sale)) {
            final LoadGenerator generator = new LoadGenerator(
                    LoadConfig.to(server.address())
                            .connections(4)
                            .threads(2)
                            .duration(Duration.ofHours(1))
                            .build(),
                    failing);
            final IllegalStateException failure = assertThrows(IllegalStateException.class, generator::run);
            assertEquals("ledger is broken", failure.getCause().getMessage());
        }
    }

    private LoadReport run(final LoadConfig.Builder config) throws IOException, InterruptedException {
        return new LoadGenerator(config.build(), ledger).run();
    }
}
