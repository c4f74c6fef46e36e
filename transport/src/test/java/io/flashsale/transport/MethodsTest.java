package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.Outcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods, versions, expectations and forms of target that HTTP knows beside the plain GET and POST. */
class MethodsTest extends ServerFixture {
    @BeforeEach
    void setUp() throws Exception {
        start();
        board.items().reserve(10);
        board.publish(1_767_225_600L, 1_767_225_600_000L, 1_767_229_200_000L, 10, 10, 0, 0, 1_767_225_600_000L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/sale",
                "/items",
                "/items?from=3&limit=2",
                "/items?from=x",
                "/items/1",
                "/items/10",
                "/items/1/image.svg",
                "/health",
                "/health/live",
                "/health/ready",
                "/openapi.json",
                "/nowhere",
                "/checkout",
            })
    void shouldAnswerHeadLikeGetWithoutABody(final String target) throws Exception {
        for (final String accept : new String[] {"*/*", "application/json"}) {
            final String rest = " " + target + " HTTP/1.1\r\nHost: a\r\nAccept: " + accept + "\r\n\r\n";
            try (RawClient client = connect()) {
                client.send("GET" + rest + "HEAD" + rest + "GET" + rest);
                final RawClient.Response get = client.response();
                final RawClient.Response head = client.response(false);
                assertEquals(
                        withoutDate(get.raw()
                                .substring(0, get.raw().length() - get.body().length())),
                        withoutDate(head.raw()));
                assertEquals(
                        withoutDate(get.raw()), withoutDate(client.response().raw()));
            }
        }
    }

    private static String withoutDate(final String raw) {
        return raw.replaceFirst("Date: .*\r\n", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* | DELETE, GET, HEAD, POST, OPTIONS",
                "http://sale.example | DELETE, GET, HEAD, POST, OPTIONS",
                "/checkout | POST, DELETE, OPTIONS",
                "/checkout?user_id=x | POST, DELETE, OPTIONS",
                "http://sale.example/purchase | POST, OPTIONS",
                "/sale | GET, HEAD, OPTIONS",
                "/items | GET, HEAD, OPTIONS",
                "/items?limit=0 | GET, HEAD, OPTIONS",
                "/items/7 | GET, HEAD, OPTIONS",
                "/items/7/image.svg | GET, HEAD, OPTIONS",
                "/health | GET, HEAD, OPTIONS",
                "/health/live | GET, HEAD, OPTIONS",
                "/health/ready | GET, HEAD, OPTIONS",
                "/openapi.json | GET, HEAD, OPTIONS",
            })
    void shouldNameTheMethodsOfAPath(final String target, final String allow) throws Exception {
        try (RawClient client = connect()) {
            final RawClient.Response response = client.ask("OPTIONS " + target).response();
            assertEquals(
                    "HTTP/1.1 204 No Content\r\nAllow: " + allow + "\r\nDate: " + response.field("Date") + "\r\n\r\n",
                    response.raw());
            // A body that OPTIONS brings is read and ignored, and nothing is left of it.
            client.send("OPTIONS " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc");
            assertEquals(204, client.response().status());
            assertEquals(200, client.ask("GET /sale").response().status());
        }
    }

    @Test
    void shouldNameTheMethodsOfTheAdminPort() throws Exception {
        try (RawClient admin = new RawClient(server.adminPort())) {
            assertEquals("GET, HEAD, OPTIONS", admin.ask("OPTIONS *").response().field("Allow"));
            assertEquals(
                    "GET, HEAD, OPTIONS",
                    admin.ask("OPTIONS /metrics").response().field("Allow"));
            assertEquals(404, admin.ask("OPTIONS /checkout").response().status());
            final RawClient.Response head = admin.ask("HEAD /metrics").response(false);
            assertEquals("15", head.field("Content-Length"));
            assertEquals(200, admin.ask("GET /metrics").response().status());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "post, /checkout",
        "Post, /purchase?code=x",
        "delete, /checkout",
        "get, /sale",
        "Get, /items",
        "head, /items/1",
        "options, /sale",
        "TRACE, /sale",
        "PATCH, /checkout",
        "PROPFIND, /items/1/image.svg",
        "X, /openapi.json",
        "GETT, /health",
    })
    void shouldNotTakeOneMethodForAnother(final String method, final String target) throws Exception {
        try (RawClient client = connect()) {
            final RawClient.Response response =
                    client.ask(method + " " + target).response();
            assertEquals(405, response.status());
            assertTrue(response.body().endsWith(" answers " + response.field("Allow") + " only.\n"), response.body());
            assertNull(response.field("Connection"));
            assertEquals(200, client.ask("GET /sale").response().status());
            assertTrue(pipeline.seen().isEmpty());
        }
    }

    @Test
    void shouldCloseAfterAnOldRequestUnlessAskedToStay() throws Exception {
        final String line = "POST /checkout?user_id=1&id=9000 HTTP/1.0\r\n";
        try (RawClient client = connect()) {
            for (int i = 0; i < 2; i++) {
                final RawClient.Response stays =
                        client.send(line + "Connection: keep-alive\r\n\r\n").response();
                assertEquals(200, stays.status());
                assertEquals("keep-alive", stays.field("Connection"));
            }
            final RawClient.Response last = client.send(line + "\r\n").response();
            assertEquals("close", last.field("Connection"));
            assertTrue(client.isClosed());
        }
    }

    @Test
    void shouldIgnoreWhatAnOldRequestExpects() throws Exception {
        try (RawClient client = connect()) {
            client.send("POST /checkout?user_id=1&id=9000 HTTP/1.0\r\nExpect: tea\r\nContent-Length: 2\r\n\r\nab");
            assertEquals(200, client.response().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"100-continue", "100-Continue", "", "100-continue\r\nExpect: 100-continue"})
    void shouldMeetTheOneExpectationThatItKnows(final String expectation) throws Exception {
        final String head = "POST /checkout?user_id=1&id=9000 HTTP/1.1\r\nHost: a\r\nExpect: " + expectation + "\r\n";
        try (RawClient client = connect()) {
            client.send(head + "Content-Length: 2\r\n\r\n");
            if (!expectation.isEmpty()) {
                assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.response().raw());
            }
            assertEquals(200, client.send("ab").response().status());
            // Without a body there is nothing to wait for.
            assertEquals(200, client.send(head + "\r\n").response().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tea", "100-continue, tea", "200-ok", "100-continue\r\nExpect: tea", "100-continue;q=1"})
    void shouldRefuseAnyOtherExpectation(final String expectation) throws Exception {
        try (RawClient client = connect()) {
            client.send("POST /checkout?user_id=1&id=9000 HTTP/1.1\r\nHost: a\r\nExpect: " + expectation
                    + "\r\nContent-Length: 2\r\n\r\nab");
            final RawClient.Response response = client.response();
            assertEquals(417, response.status());
            assertEquals("close", response.field("Connection"));
            assertTrue(client.isClosed());
            assertTrue(pipeline.seen().isEmpty());
        }
    }

    @Test
    void shouldNotAskForABodyThatItWouldRefuse() throws Exception {
        try (RawClient client = connect()) {
            client.send("POST /purchase HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5000\r\n\r\n");
            assertEquals(413, client.response().status());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST http://sale.example/checkout?user_id=1&item_id=9000, 200",
        "GET http://sale.example:8080/items/3, 200",
        "GET HTTP://sale.example/items?limit=2, 200",
        "GET http://sale.example, 404",
        "GET http://sale.example?x=1, 404",
        "GET http://sale.example/, 404",
        "OPTIONS http://sale.example/nowhere, 404",
    })
    void shouldUnderstandAbsoluteTargets(final String line, final int status) throws Exception {
        try (RawClient client = connect()) {
            assertEquals(status, client.ask(line).response().status());
        }
    }

    @Test
    void shouldReadChunkedBodiesOfEveryMethod() throws Exception {
        final String rest = " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        try (RawClient client = connect()) {
            client.send("POST /checkout?user_id=1&id=9000" + rest + "GET /items/1" + rest + "OPTIONS *" + rest
                    + "DELETE /checkout?code=" + code(Outcome.RELEASED) + rest);
            for (final int status : new int[] {200, 200, 204, 200}) {
                assertEquals(status, client.response().status());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /sale",
                "OPTIONS *",
                "GET /items",
                "GET /items/1/image.svg",
                "GET /openapi.json",
                "GET /health",
                "GET /nowhere",
                "PUT /sale",
                "POST /checkout?user_id=1&id=9000",
                "POST /checkout?user_id=1&id=6",
                "POST /checkout",
                "GET  /sale",
            })
    void shouldDateEveryAnswer(final String line) throws Exception {
        try (RawClient client = connect()) {
            assertNotNull(client.ask(line).response().field("Date"));
        }
    }
}
