package io.flashsale.transport;

import static io.flashsale.transport.JsonClient.assertJson;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleCode;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client gets that accepts JSON, and who counts as one. */
class JsonTest extends ServerFixture {
    @BeforeEach
    void setUp() throws Exception {
        start();
    }

    private JsonClient json() throws Exception {
        return new JsonClient(server.port());
    }

    @ParameterizedTest
    @CsvSource({"7, 5000", "-9223372036854775808, 0", "9223372036854775807, 65535"})
    void shouldAnswerCheckoutWithTheCodeAndWhatItIsFor(final long user, final int item) throws Exception {
        try (JsonClient client = json()) {
            final RawClient.Response response = client.ask("POST /checkout?user_id=" + user + "&item_id=" + item);
            final long nonce = pipeline.seen().get(0).nonce();
            final UUID code = new UUID(SaleCode.high(FakePipeline.SALE, item), SaleCode.low(nonce));
            final String body = "{\"code\":\"" + code + "\",\"sale_id\":1767225600,\"item_id\":" + item
                    + ",\"user_id\":" + user + ",\"expires_at\":\"2026-01-01T00:02:00.250Z\",\"sale_sequence\":1}";
            assertEquals(
                    "HTTP/1.1 200 OK\r\n"
                            + "Content-Type: application/json\r\n"
                            + "Content-Length: " + body.length() + "\r\n"
                            + "Date: " + response.field("Date") + "\r\n"
                            + "Sale-Sequence: 1\r\n"
                            + "\r\n"
                            + body,
                    response.raw());
        }
    }

    @Test
    void shouldAnswerARepeatedCheckoutLikeTheFirst() throws Exception {
        try (JsonClient client = json()) {
            final JsonNode answer = client.answer("POST /checkout?user_id=7&item_id=" + Outcome.REPEATED.code());
            assertEquals(
                    List.of("code", "sale_id", "item_id", "user_id", "expires_at", "sale_sequence"),
                    List.copyOf(names(answer)));
        }
    }

    private static List<String> names(final JsonNode object) {
        return object.properties().stream().map(java.util.Map.Entry::getKey).toList();
    }

    @Test
    void shouldAnswerPurchaseAndReleaseWithWhatTheCodeWasFor() throws Exception {
        try (JsonClient client = json()) {
            int sequence = 0;
            for (final Outcome outcome : List.of(Outcome.PURCHASED, Outcome.PURCHASED_AGAIN, Outcome.RELEASED)) {
                final String method = outcome == Outcome.RELEASED ? "DELETE /checkout" : "POST /purchase";
                assertJson(
                        "{\"code\":\"" + code(outcome)
                                + "\",\"sale_id\":1767200640,\"item_id\":6,\"user_id\":-42,\"sale_sequence\":"
                                + ++sequence + "}",
                        client.answer(method + "?code=" + code(outcome)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ITEM_UNKNOWN, 400, item-unknown, No such item",
        "SOLD_OUT, 409, sold-out, Sold out",
        "ITEM_SOLD, 409, item-sold, Item sold",
        "ITEM_RESERVED, 409, item-reserved, Item reserved",
        "USER_LIMIT_REACHED, 409, user-limit-reached, User limit reached",
        "CODE_UNKNOWN, 409, code-unknown, Code unknown",
        "CODE_USED, 409, code-used, Code used",
        "CODE_EXPIRED, 409, code-expired, Code expired",
    })
    void shouldAnswerEachRefusalAsAProblem(
            final Outcome outcome, final int status, final String type, final String title) throws Exception {
        final String line = outcome.code() < 16
                ? "POST /checkout?user_id=7&item_id=" + outcome.code()
                : "POST /purchase?code=" + code(outcome);
        try (JsonClient client = json();
                RawClient plain = connect()) {
            final RawClient.Response response = client.ask(line);
            assertEquals(status, response.status());
            assertEquals("application/problem+json", response.field("Content-Type"));
            assertEquals("1", response.field("Sale-Sequence"));
            final String detail = plain.ask(line).response().body();
            assertJson(
                    "{\"type\":\"/problems/" + type + "\",\"title\":\"" + title + "\",\"status\":" + status
                            + ",\"detail\":\"" + detail.strip() + "\",\"sale_sequence\":1}",
                    JsonClient.parse(response.body()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, parameter-missing, POST /checkout?item_id=1",
        "400, parameter-empty, POST /checkout?user_id=&item_id=1",
        "400, parameter-repeated, POST /purchase?code=1&code=1",
        "400, parameter-malformed, POST /purchase?code=1",
        "400, parameter-out-of-range, GET /items?limit=1001",
        "400, items-differ, POST /checkout?user_id=1&item_id=1&id=2",
        "400, malformed-escape, POST /purchase?code=%",
        "400, malformed-target, GET sale",
        "404, no-such-path, GET /nowhere",
        "404, no-such-item, GET /items/1",
        "405, method-not-allowed, PUT /checkout",
    })
    void shouldAnswerWhatIsRefusedHereAsAProblemWithoutASequence(final int status, final String type, final String line)
            throws Exception {
        try (JsonClient client = json()) {
            final RawClient.Response response = client.ask(line);
            assertEquals(status, response.status());
            assertEquals("application/problem+json", response.field("Content-Type"));
            final JsonNode problem = JsonClient.parse(response.body());
            assertEquals(List.of("type", "title", "status", "detail"), names(problem));
            assertEquals("/problems/" + type, problem.get("type").asText());
            assertEquals(status, problem.get("status").asInt());
            assertTrue(problem.get("detail").asText().endsWith("."));
        }
    }

    @Test
    void shouldSayAsAProblemWhyItTakesNoCommands() throws Exception {
        try (JsonClient client = json()) {
            pipeline.full = true;
            final RawClient.Response busy = client.ask("POST /checkout?user_id=1&item_id=9");
            pipeline.full = false;
            admission = Admission.OUT_OF_SPACE;
            final RawClient.Response outOfSpace = client.ask("POST /checkout?user_id=1&item_id=9");
            admission = Admission.DRAINING;
            final RawClient.Response draining = client.ask("POST /checkout?user_id=1&item_id=9");
            assertEquals("/problems/pipeline-full", typeOf(busy));
            assertEquals("/problems/out-of-space", typeOf(outOfSpace));
            assertEquals("/problems/draining", typeOf(draining));
            for (final RawClient.Response response : List.of(busy, outOfSpace, draining)) {
                assertEquals(503, response.status());
                assertEquals("1", response.field("Retry-After"));
            }
        }
    }

    private static String typeOf(final RawClient.Response response) throws Exception {
        return JsonClient.parse(response.body()).get("type").asText();
    }

    @ParameterizedTest
    @CsvSource({
        "Host: a b, malformed-request, 400",
        "Hostess: a, malformed-host, 400",
        "Content-Length: 5000, body-too-long, 413",
        "No colon, malformed-request, 400",
        "Expect: tea, expectation-failed, 417",
    })
    void shouldAnswerWhatIsNotUnderstoodAsAProblemIfTheFieldWasRead(
            final String field, final String type, final int status) throws Exception {
        try (RawClient client = connect()) {
            final String host = field.startsWith("Host") ? "" : "Host: a\r\n";
            client.send("GET /sale HTTP/1.1\r\n" + host + "Accept: application/json\r\n" + field + "\r\n\r\n");
            final RawClient.Response response = client.response();
            assertEquals(status, response.status());
            assertEquals("application/problem+json", response.field("Content-Type"));
            assertEquals("/problems/" + type, typeOf(response));
            assertEquals("close", response.field("Connection"));
            assertTrue(client.isClosed());
        }
    }

    @Test
    void shouldShowTheSale() throws Exception {
        board.publish(1_767_225_600L, 1_767_225_600_000L, 1_767_229_200_000L, 10, 5, 3, 2, 1_767_225_661_250L);
        try (JsonClient client = json()) {
            assertJson("""
                    {"sale_id": 1767225600, "opens_at": "2026-01-01T00:00:00Z", "closes_at": "2026-01-01T01:00:00Z",
                     "total": 10, "available": 5, "held": 3, "sold": 2, "server_time": "2026-01-01T00:01:01.250Z"}
                    """, client.answer("GET /sale"));
        }
    }

    @Test
    void shouldShowHealthWhateverItSays() throws Exception {
        final String detail = "quote \" backslash \\ tab \t bell \u0007";
        health = new HealthReport(true, false, List.of(new HealthReport.Part("projector", false, detail)));
        try (JsonClient client = json()) {
            final String expected = "{\"live\":true,\"ready\":false,\"parts\":[{\"name\":\"projector\",\"ok\":false,"
                    + "\"detail\":\"quote \\\" backslash \\\\ tab \\t bell \\u0007\"}]}";
            assertJson(expected, client.answer("GET /health/live"));
            final RawClient.Response unready = client.ask("GET /health");
            assertEquals(503, unready.status());
            assertEquals("application/json", unready.field("Content-Type"));
            assertJson(expected, JsonClient.parse(unready.body()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                "text/html, application/json",
                "text/html,application/json,*/*",
                "text/plain;q=1, application/json;q=0.1",
                "application/json ; charset=utf-8",
                "application/json;q=1.0;x=\"a,b;c\"",
                "application/json;x=\"\\\"q=0;,\";q=0.001",
                "text/plain;x=\"unclosed\\\"\";q=0, application/json",
                " \tapplication/json\t ",
                ",,application/json,",
                "text/html\r\nAccept: application/json",
                "application/json\r\nAccept: text/html",
            })
    void shouldGiveJsonToWhoListsIt(final String accept) throws Exception {
        assertEquals("application/json", typeGivenTo("Accept: " + accept + "\r\n"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*/*",
                "application/*",
                "application/jsonp",
                "application/json-seq",
                "application/problem+json",
                "xapplication/json",
                "application /json",
                "text/plain",
                "application/json;q=0",
                "application/json;q=0.000",
                "application/json ; Q=0 ",
                "application/json;charset=utf-8;q=0.0",
                "text/plain;x=\"a,application/json\"",
                "text/plain;application/json",
            })
    void shouldGivePlainTextToAnybodyElse(final String accept) throws Exception {
        assertEquals("text/plain; charset=utf-8", typeGivenTo("Accept: " + accept + "\r\n"));
    }

    @Test
    void shouldGivePlainTextToWhoSaysNothing() throws Exception {
        assertEquals("text/plain; charset=utf-8", typeGivenTo(""));
    }

    private String typeGivenTo(final String fields) throws Exception {
        try (RawClient client = connect()) {
            return client.send("GET /sale HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n")
                    .response()
                    .field("Content-Type");
        }
    }

    @Test
    void shouldNotRememberTheFormOfAnEarlierRequest() throws Exception {
        try (RawClient client = connect()) {
            final String json = "POST /checkout?user_id=1&id=9 HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n";
            client.send((json + "POST /checkout?user_id=1&id=9 HTTP/1.1\r\nHost: a\r\n\r\n").repeat(20));
            for (int i = 0; i < 20; i++) {
                assertTrue(client.response().body().endsWith(",\"sale_sequence\":" + (2 * i + 1) + "}"));
                assertEquals(36, client.response().body().length());
            }
        }
    }

    @Test
    void shouldAnswerHeadWithTheFieldsOfTheJson() throws Exception {
        try (JsonClient client = json();
                RawClient head = connect()) {
            final RawClient.Response get = client.ask("GET /sale");
            final RawClient.Response response = head.send(
                            "HEAD /sale HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\n\r\n")
                    .response(false);
            assertEquals(get.field("Content-Length"), response.field("Content-Length"));
            assertEquals("application/json", response.field("Content-Type"));
            assertNull(response.field("Sale-Sequence"));
        }
    }
}
