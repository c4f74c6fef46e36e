package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleCode;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every outcome, and everything else that is answered to a well-formed request, over a real socket. */
class AnswersTest extends ServerFixture {
    @BeforeEach
    void setUp() throws Exception {
        start();
    }

    @Test
    void shouldAnswerCheckoutWithTheCodeAndNothingElse() throws Exception {
        try (RawClient client = connect()) {
            final RawClient.Response response =
                    client.ask("POST /checkout?user_id=7&item_id=5000").response();
            final long nonce = pipeline.seen().get(0).nonce();
            final String code = new UUID(SaleCode.high(FakePipeline.SALE, 5000), SaleCode.low(nonce)).toString();
            assertEquals(
                    "HTTP/1.1 200 OK\r\n"
                            + "Content-Length: 36\r\n"
                            + "Content-Type: text/plain; charset=utf-8\r\n"
                            + "Date: " + response.field("Date") + "\r\n"
                            + "Sale-Sequence: 1\r\n"
                            + "\r\n"
                            + code,
                    response.raw());
            assertTrue(response.field("Date")
                    .matches("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "REPEATED, 200, ",
        "ITEM_UNKNOWN, 400, No such item",
        "SOLD_OUT, 409, Every item of this sale is sold",
        "ITEM_SOLD, 409, Item is sold",
        "ITEM_RESERVED, 409, Item is held by somebody",
        "USER_LIMIT_REACHED, 409, User has reached the limit",
    })
    void shouldAnswerEachOutcomeOfACheckout(final Outcome outcome, final int status, final String body)
            throws Exception {
        try (RawClient client = connect()) {
            final RawClient.Response response = client.ask("POST /checkout?user_id=7&item_id=" + outcome.code())
                    .response();
            assertEquals(status, response.status());
            assertEquals("1", response.field("Sale-Sequence"));
            if (status == 200) {
                assertEquals(36, UUID.fromString(response.body()).toString().length());
            } else {
                assertTrue(response.body().startsWith(body) && response.body().endsWith(".\n"), response.body());
            }
            assertEquals(1, server.counters().outcomes(outcome));
            assertEquals(1, server.counters().answers(status));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PURCHASED, 200, ",
        "PURCHASED_AGAIN, 200, ",
        "CODE_UNKNOWN, 409, This service did not issue the code",
        "CODE_USED, 409, The code was used",
        "CODE_EXPIRED, 409, The hold of this code is over",
    })
    void shouldAnswerEachOutcomeOfAPurchase(final Outcome outcome, final int status, final String body)
            throws Exception {
        try (RawClient client = connect()) {
            final RawClient.Response response =
                    client.ask("POST /purchase?code=" + code(outcome)).response();
            assertEquals(status, response.status());
            assertEquals("1", response.field("Sale-Sequence"));
            assertEquals(status == 200, response.body().isEmpty());
            assertTrue(body == null || response.body().startsWith(body), response.body());
            final FakePipeline.Command command = pipeline.seen().get(0);
            assertEquals(UUID.fromString(code(outcome)), new UUID(command.high(), command.low()));
        }
    }

    @ParameterizedTest
    @CsvSource({"RELEASED, 200", "CODE_USED, 409", "CODE_EXPIRED, 409", "CODE_UNKNOWN, 409", "DIVERGED, 500"})
    void shouldAnswerEachOutcomeOfARelease(final Outcome outcome, final int status) throws Exception {
        try (RawClient client = connect()) {
            final RawClient.Response response = client.ask(
                            "DELETE /checkout?code=" + code(outcome).toUpperCase(java.util.Locale.ROOT))
                    .response();
            assertEquals(status, response.status());
            assertEquals("release", pipeline.seen().get(0).type());
            assertEquals(status == 200, response.body().isEmpty());
        }
    }

    @Test
    void shouldShowTheSale() throws Exception {
        board.publish(1_767_225_600L, 1_767_225_600_000L, 1_767_229_200_000L, 10, 5, 3, 2, 1_767_225_661_250L);
        try (RawClient client = connect()) {
            final RawClient.Response response = client.ask("GET /sale").response();
            assertEquals(200, response.status());
            assertNull(response.field("Sale-Sequence"));
            assertEquals("""
                    sale_id: 1767225600
                    opens_at: 2026-01-01T00:00:00Z
                    closes_at: 2026-01-01T01:00:00Z
                    total: 10
                    available: 5
                    held: 3
                    sold: 2
                    server_time: 2026-01-01T00:01:01.250Z
                    """, response.body());
        }
    }

    @Test
    void shouldAnswerHeadLikeGetWithoutABody() throws Exception {
        try (RawClient client = connect()) {
            final int length = client.ask("GET /sale").response().body().length();
            final RawClient.Response head = client.ask("HEAD /sale").response(false);
            assertEquals(200, head.status());
            assertEquals(String.valueOf(length), head.field("Content-Length"));
            assertEquals(200, client.ask("GET /sale").response().status());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, /health, 200",
        "true, false, /health, 503",
        "true, true, /health/ready, 200",
        "true, false, /health/ready, 503",
        "true, false, /health/live, 200",
        "false, false, /health/live, 503",
    })
    void shouldShowHealthOnBothPorts(final boolean live, final boolean ready, final String path, final int status)
            throws Exception {
        health = new HealthReport(
                live,
                ready,
                java.util.List.of(
                        new HealthReport.Part("journal", true, ""),
                        new HealthReport.Part("projector", false, "lag 9")));
        for (final int port : new int[] {server.port(), server.adminPort()}) {
            try (RawClient client = new RawClient(port)) {
                final RawClient.Response response = client.ask("GET " + path).response();
                assertEquals(status, response.status());
                assertTrue(response.body().contains("ready: " + (ready ? "ok" : "failed") + "\n"));
                assertTrue(response.body().endsWith("journal: ok\nprojector: failed, lag 9\n"), response.body());
            }
        }
    }

    @Test
    void shouldServeMetricsOnTheAdminPortOnly() throws Exception {
        try (RawClient admin = new RawClient(server.adminPort());
                RawClient client = connect()) {
            assertEquals(
                    "flashsale_up 1\n", admin.ask("GET /metrics").response().body());
            assertEquals(404, client.ask("GET /metrics").response().status());
            final RawClient.Response stray = admin.ask("GET /sale").response();
            assertEquals(404, stray.status());
            assertTrue(stray.body().contains("/metrics") && !stray.body().contains("/checkout"), stray.body());
            assertEquals(
                    404,
                    admin.ask("POST /checkout?user_id=1&item_id=1").response().status());
        }
    }

    @Test
    void shouldSayWhyItTakesNoCommands() throws Exception {
        try (RawClient client = connect()) {
            pipeline.full = true;
            final RawClient.Response busy =
                    client.ask("POST /checkout?user_id=1&item_id=9").response();
            pipeline.full = false;
            admission = Admission.OUT_OF_SPACE;
            final RawClient.Response outOfSpace =
                    client.ask("POST /purchase?code=" + code(Outcome.PURCHASED)).response();
            assertEquals(200, client.ask("GET /sale").response().status());
            admission = Admission.DRAINING;
            final RawClient.Response draining = client.ask("DELETE /checkout?code=" + code(Outcome.RELEASED))
                    .response();
            for (final RawClient.Response response : new RawClient.Response[] {busy, outOfSpace, draining}) {
                assertEquals(503, response.status());
                assertEquals("1", response.field("Retry-After"));
                assertNull(response.field("Sale-Sequence"));
            }
            assertTrue(busy.body().startsWith("Too many requests"), busy.body());
            assertTrue(outOfSpace.body().contains("no space left"), outOfSpace.body());
            assertTrue(draining.body().contains("stopping"), draining.body());
            assertNull(outOfSpace.field("Connection"));
            assertEquals("close", draining.field("Connection"));
            assertTrue(client.isClosed());
            assertTrue(pipeline.seen().isEmpty());
            assertEquals(1, server.counters().refused(Refusal.PIPELINE_FULL));
            assertEquals(1, server.counters().refused(Refusal.OUT_OF_SPACE));
            assertEquals(1, server.counters().refused(Refusal.DRAINING));
        }
    }

    @Test
    void shouldPassEveryUserAndEveryItemOfItsTypeToTheEngine() throws Exception {
        try (RawClient client = connect()) {
            client.ask("POST /checkout?user_id=-9223372036854775808&id=-2147483648")
                    .response();
            client.ask("POST /checkout?id=2147483647&user_id=9223372036854775807")
                    .response();
            final FakePipeline.Command least = pipeline.seen().get(0);
            final FakePipeline.Command most = pipeline.seen().get(1);
            assertEquals(Long.MIN_VALUE, least.user());
            assertEquals(Integer.MIN_VALUE, least.item());
            assertEquals(Long.MAX_VALUE, most.user());
            assertEquals(Integer.MAX_VALUE, most.item());
            assertFalse(least.nonce() == most.nonce());
        }
    }

    @Test
    void shouldReportTheEndOfABatchToThePipeline() throws Exception {
        try (RawClient client = connect()) {
            client.send("POST /checkout?user_id=1&id=9 HTTP/1.1\r\nHost: a\r\n\r\n".repeat(10));
            for (int i = 0; i < 10; i++) {
                client.response();
            }
            await("end of batch", () -> pipeline.batches.get() > 0);
            assertTrue(pipeline.batches.get() <= 10);
        }
    }
}
