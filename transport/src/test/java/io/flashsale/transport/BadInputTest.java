package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.Outcome;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a client can get wrong, the answer, and the connection afterwards: it goes on after a request that was understood
 * but refused, and it closes, with nothing more parsed, after one that was not understood.
 */
class BadInputTest extends ServerFixture {
    private static final String GOOD = "POST /checkout?user_id=1&item_id=9000 HTTP/1.1\r\nHost: a\r\n\r\n";

    @BeforeEach
    void setUp() throws Exception {
        start();
    }

    @ParameterizedTest
    @CsvSource({
        "404, GET /",
        "404, GET /sale/",
        "404, GET /Sale",
        "404, POST /checkouts?user_id=1&item_id=1",
        "404, GET //sale",
        "404, GET /%73ale",
        "404, FROB /nowhere",
        "404, OPTIONS /nowhere",
        "404, GET /items/",
        "404, GET /items/x",
        "404, GET /items/-1",
        "404, GET /items/+1",
        "404, GET /items/01",
        "404, GET /items/0/",
        "404, GET /items/0/image.png",
        "404, GET /items//image.svg",
        "404, GET /items/image.svg",
        "404, GET /items/0",
        "404, GET /items/99999999999999999999",
        "404, GET /items/1000000/image.svg",
        "404, POST /items/x",
        "405, POST /items/0",
        "405, DELETE /items/0/image.svg",
        "405, get /items",
        "400, GET /items?from=",
        "400, GET /items?from=-1",
        "400, GET /items?from=+1",
        "400, GET /items?from=x",
        "400, GET /items?from=0&from=0",
        "400, GET /items?from=2147483648",
        "400, GET /items?limit",
        "400, GET /items?limit=0",
        "400, GET /items?limit=1001",
        "400, GET /items?limit=-1",
        "400, GET /items?limit=1&limit=2",
        "400, GET /items?from=1&limit=1.0",
        "400, GET /items?from=%",
        "400, OPTIONS checkout",
        "400, options *",
        "400, OPTIONS *?a=b",
        "405, GET /checkout?user_id=1&item_id=1",
        "405, PUT /checkout?user_id=1&item_id=1",
        "405, post /checkout?user_id=1&item_id=1",
        "405, DELETE /purchase?code=1",
        "405, POST /sale",
        "405, FROB /health",
        "400, POST /checkout",
        "400, POST /checkout?",
        "400, POST /checkout?user_id=1",
        "400, POST /checkout?item_id=1",
        "400, POST /checkout?user_id=&item_id=1",
        "400, POST /checkout?user_id&item_id=1",
        "400, POST /checkout?user_id=1&item_id=",
        "400, POST /checkout?user_id=1&user_id=1&item_id=1",
        "400, POST /checkout?user_id=1&user%5Fid=1&item_id=1",
        "400, POST /checkout?user_id=1&item_id=1&item_id=1",
        "400, POST /checkout?user_id=1&id=1&id=1",
        "400, POST /checkout?user_id=1&id=1&item_id=2",
        "400, POST /checkout?user_id=1&id=&item_id=2",
        "400, POST /checkout?user_id=1&id=x&item_id=2",
        "400, POST /checkout?user_id=+1&item_id=1",
        "400, POST /checkout?user_id=%2B1&item_id=1",
        "400, POST /checkout?user_id=1+&item_id=1",
        "400, POST /checkout?user_id=1&item_id=+1",
        "400, POST /checkout?user_id=x&item_id=1",
        "400, POST /checkout?user_id=0x1&item_id=1",
        "400, POST /checkout?user_id=1.0&item_id=1",
        "400, POST /checkout?user_id=1e3&item_id=1",
        "400, POST /checkout?user_id=-&item_id=1",
        "400, POST /checkout?user_id=--1&item_id=1",
        "400, POST /checkout?user_id=1&item_id=1%20",
        "400, POST /checkout?user_id=%D9%A1&item_id=1",
        "400, POST /checkout?user_id=1%00&item_id=1",
        "400, POST /checkout?user_id=9223372036854775808&item_id=1",
        "400, POST /checkout?user_id=-9223372036854775809&item_id=1",
        "400, POST /checkout?user_id=99999999999999999999999999&item_id=1",
        "400, POST /checkout?user_id=1&item_id=2147483648",
        "400, POST /checkout?user_id=1&item_id=-2147483649",
        "400, POST /checkout?user_id=1&item_id=18446744073709551617",
        "400, POST /checkout?user_id=1&item_id=%",
        "400, POST /checkout?user_id=1&item_id=%3",
        "400, POST /checkout?user_id=1&item_id=%3g",
        "400, POST /checkout?user_id=1&item_id=1&other=%zz",
        "400, POST /checkout?user_id=%3&item_id=1",
        "400, POST /purchase",
        "400, POST /purchase?code=",
        "400, POST /purchase?code=1",
        "400, POST /purchase?code=69555780-0000-8006-8000-00000000001",
        "400, POST /purchase?code=69555780-0000-8006-8000-0000000000100",
        "400, POST /purchase?code=6955578000000-8006-8000-000000000010",
        "400, POST /purchase?code=69555780-0000-8006-80000-00000000010",
        "400, POST /purchase?code=69555780-0000-8006-8000-00000000001g",
        "400, POST /purchase?code=69555780000080068000000000000010",
        "400, POST /purchase?code={69555780-0000-8006-8000-000000000010}",
        "400, POST /purchase?code=69555780-0000-8006-8000-000000000010&code=69555780-0000-8006-8000-000000000010",
        "400, DELETE /checkout?code=nothing",
        "400, DELETE /checkout",
        "400, GET sale",
        "400, GET *",
        "400, GET http://",
        "400, GET ftp://a/sale",
        "400, GET http:/sale",
        "400, GET http://user@a/sale",
        "400, GET http://a\\b/sale",
        "400, 'GET http://a,b/sale'",
        "400, CONNECT a:80",
        "400, GET /sale#top",
        "400, GET /s\u00e4le",
    })
    void shouldRefuseARequestAndGoOn(final int status, final String line) throws Exception {
        try (RawClient client = connect()) {
            final RawClient.Response response = client.ask(line).response();
            assertEquals(status, response.status());
            assertTrue(response.body().endsWith(".\n"), response.body());
            assertNull(response.field("Connection"));
            assertNull(response.field("Sale-Sequence"));
            assertEquals(status == 405, response.field("Allow") != null);
            assertEquals(200, client.send(GOOD).response().status());
            assertEquals(1, pipeline.seen().size());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST /checkout?user_id=%31&item_id=%39%30%30%30",
        "POST /checkout?%75ser_id=1&id=9000",
        "POST /checkout?user_id=1&id=9000&item_id=9000",
        "POST /checkout?user_id=1&id=9000&item_id=09000",
        "POST /checkout?user_id=0001&item_id=9000&other=1&other=2&&=&x",
        "POST http://sale.example:80/checkout?user_id=1&item_id=9000",
        "POST HTTPS://sale.example/checkout?user_id=1&item_id=9000",
    })
    void shouldUnderstandUnusualRequests(final String line) throws Exception {
        try (RawClient client = connect()) {
            assertEquals(200, client.ask(line).response().status());
            final FakePipeline.Command command = pipeline.seen().get(0);
            assertEquals(1, command.user());
            assertEquals(9000, command.item());
        }
    }

    @Test
    void shouldNameTheMethodsThatAPathAnswers() throws Exception {
        try (RawClient client = connect()) {
            assertEquals(
                    "POST, DELETE, OPTIONS",
                    client.ask("GET /checkout").response().field("Allow"));
            assertEquals("POST, OPTIONS", client.ask("GET /purchase").response().field("Allow"));
            assertEquals(
                    "GET, HEAD, OPTIONS", client.ask("POST /sale").response().field("Allow"));
        }
    }

    /** Each row is sent as it stands, \r, \n, \t, \0 and \v being what they are in C. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /sale HTTP/1.1\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n",
                "GET /sale HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a/b\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a@b\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a,b\r\n\r\n",
                "GET /sale HTTP/1.1\nHost: a\n\n",
                "GET /sale HTTP/1.1\r\nHost: a\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\n\n",
                "GET /sale HTTP/1.1\r\nHost: a\rX: b\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\nX: b\u0000c\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\nX: b\u0007c\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\nX: b\u007f\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\nX\u0000: b\r\n\r\n",
                "GET /sale\rHTTP/1.1\r\nHost: a\r\n\r\n",
                "GET\t/sale HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /sale\u000bHTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /sale\u000cHTTP/1.1\r\nHost: a\r\n\r\n",
                "GET  /sale HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /sale  HTTP/1.1\r\nHost: a\r\n\r\n",
                " GET /sale HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /sale HTTP/1.1 \r\nHost: a\r\n\r\n",
                "GET /sa le HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /sale\u0001 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /sale\r\nHost: a\r\n\r\n",
                "GET /sale\r\n\r\n",
                "GET\r\n\r\n",
                "G@T /sale HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /sale HTTP/0.9\r\nHost: a\r\n\r\n",
                "GET /sale HTTP/1.2\r\nHost: a\r\n\r\n",
                "GET /sale HTTP/2.0\r\nHost: a\r\n\r\n",
                "GET /sale http/1.1\r\nHost: a\r\n\r\n",
                "GET /sale HTTP/1.1x\r\nHost: a\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost\t: a\r\n\r\n",
                "GET /sale HTTP/1.1\r\n Host: a\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\n\tc\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\nX(): b\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                "POST /sale HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
                "POST /sale HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\nx",
                "POST /sale HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
                "POST /sale HTTP/1.1\r\nHost: a\r\nContent-Length: 0x1\r\n\r\nx",
                "POST /sale HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nContent-Length: 1 1\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
                "POST /sale HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\nx\r\n0\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxx\r\n0\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;a\n=b\r\nx\r\n0\r\n\r\n",
                "POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: a\u0000\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key1: 1\r\nSec-WebSocket-Key2: 2\r\n\r\n12345678",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\r\n\r\n",
            })
    void shouldCloseAfterWhatIsNotHttp(final String bytes) throws Exception {
        assertClosesWith(400, bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\r\n\r\n", "1\r\nxx\r\n0\r\n\r\n", "0\r\nX: a\u0000\r\n\r\n"})
    void shouldSayThatTheChunksAreMalformed(final String body) throws Exception {
        try (RawClient client = connect()) {
            client.send("POST /sale HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
            final RawClient.Response response = client.response();
            assertEquals(400, response.status());
            assertTrue(response.body().contains("chunk sizes"), response.body());
        }
    }

    @Test
    void shouldCloseAfterARequestLineThatIsTooLong() throws Exception {
        final String longest = "x".repeat(TransportLimits.MAX_REQUEST_LINE - "GET /? HTTP/1.1".length());
        try (RawClient client = connect()) {
            assertEquals(404, client.ask("GET /?" + longest).response().status());
        }
        assertClosesWith(414, "GET /?" + longest + "x HTTP/1.1\r\nHost: a\r\n\r\n");
        assertClosesWith(414, "G".repeat(TransportLimits.MAX_REQUEST_LINE + 1));
    }

    @Test
    void shouldCloseAfterHeadersThatAreTooLong() throws Exception {
        final String longest = "x".repeat(TransportLimits.MAX_HEADERS - "Host: aX: ".length());
        try (RawClient client = connect()) {
            assertEquals(
                    200,
                    client.send("GET /sale HTTP/1.1\r\nHost: a\r\nX: " + longest + "\r\n\r\n")
                            .response()
                            .status());
        }
        assertClosesWith(431, "GET /sale HTTP/1.1\r\nHost: a\r\nX: " + longest + "x\r\n\r\n");
        assertClosesWith(431, "GET /sale HTTP/1.1\r\nHost: a\r\n" + "a:b\r\n".repeat(3000) + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, TransportLimits.MAX_BODY})
    void shouldIgnoreABody(final int length) throws Exception {
        final String head = "POST /checkout?user_id=1&item_id=9000 HTTP/1.1\r\nHost: a\r\n";
        final String body = "\r\n x".repeat(length).substring(0, length);
        final String chunk = length == 0 ? "" : Integer.toHexString(length) + ";a=b\r\n" + body + "\r\n";
        try (RawClient client = connect()) {
            client.send(head + "Content-Length: " + length + "\r\n\r\n" + body);
            client.send(head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + "0\r\nTrailer: x\r\n\r\n" + GOOD);
            for (int i = 0; i < 3; i++) {
                assertEquals(200, client.response().status());
            }
            assertEquals(3, pipeline.seen().size());
        }
    }

    @Test
    void shouldCloseAfterABodyThatIsTooLong() throws Exception {
        final String head = "POST /checkout?user_id=1&item_id=9000 HTTP/1.1\r\nHost: a\r\n";
        final int tooLong = TransportLimits.MAX_BODY + 1;
        assertClosesWith(413, head + "Content-Length: " + tooLong + "\r\n\r\n" + "x".repeat(tooLong));
        assertClosesWith(413, head + "Content-Length: 1000000000000\r\n\r\n");
        assertClosesWith(
                413,
                head + "Transfer-Encoding: chunked\r\n\r\n" + "400\r\n" + ("x".repeat(1024) + "\r\n400\r\n").repeat(5));
        assertClosesWith(
                413, head + "Transfer-Encoding: chunked\r\n\r\n" + ("1;" + "a".repeat(999) + "\r\nx\r\n").repeat(50));
        assertTrue(pipeline.seen().isEmpty());
    }

    @Test
    void shouldLetTheClientReadTheAnswerBeforeTheConnectionGoes() throws Exception {
        try (RawClient client = connect()) {
            // Much of this has not been read by the server when it answers.
            client.send("POST /sale HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n" + "x".repeat(300_000));
            assertEquals(413, client.response().status());
            assertTrue(client.isClosed());
        }
    }

    @Test
    void shouldRefuseABadRetryKeyAndGoOn() throws Exception {
        final String head = "POST /checkout?user_id=1&item_id=9000 HTTP/1.1\r\nHost: a\r\n";
        try (RawClient client = connect()) {
            for (final String fields : new String[] {
                "Idempotency-Key:\r\n",
                "Idempotency-Key: a b\r\n",
                "Idempotency-Key: \u00e9\r\n",
                "Idempotency-Key: " + "k".repeat(256) + "\r\n",
                "Idempotency-Key: a\r\nIdempotency-Key: a\r\n",
            }) {
                assertEquals(400, client.send(head + fields + "\r\n").response().status(), fields);
            }
            assertTrue(pipeline.seen().isEmpty());
            final String longest = "Idempotency-Key: " + "k".repeat(255) + "\r\n\r\n";
            assertEquals(200, client.send(head + longest).response().status());
            final String ignored = "DELETE /checkout?code=" + code(Outcome.RELEASED)
                    + " HTTP/1.1\r\nHost: a\r\nIdempotency-Key:\r\n\r\n";
            assertEquals(200, client.send(ignored).response().status());
        }
    }

    @Test
    void shouldUnderstandRequestsHoweverTheyAreCut() throws Exception {
        final String requests = "\r\n" + GOOD
                + "GET /sale HTTP/1.1\r\nHost: a\r\nX:\r\n\r\n"
                + "POST /checkout?user_id=1&id=9000 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\r\n x"
                + "POST /checkout?user_id=1&id=9000 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "4;a=b\r\n\r\n x\r\n1\r\n\n\r\n0\r\nA: b\r\n\r\n"
                + GOOD;
        for (int pieces = 1; pieces < 20; pieces++) {
            try (RawClient client = connect()) {
                client.sendInPieces(requests, pieces);
                for (int i = 0; i < 5; i++) {
                    assertEquals(200, client.response().status());
                }
            }
        }
    }

    /** Whatever comes, there is an answer or an end, and no fault of the service. */
    @Test
    void shouldSurviveMangledRequests() throws Exception {
        final long seed = System.nanoTime();
        System.out.println("seed " + seed);
        final Random random = new Random(seed);
        final String seeds = GOOD + "GET /sale HTTP/1.1\r\nHost: a\r\n\r\n"
                + "POST /purchase?code=69555780-0000-8006-8000-000000000010 HTTP/1.1\r\nHost: a\r\n"
                + "Content-Length: 3\r\nIdempotency-Key: k\r\n\r\nabc"
                + "DELETE /checkout?code=69555780-0000-8006-8000-000000000012 HTTP/1.1\r\nHost: a\r\n"
                + "Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        final String special = "\r\n \t:;=&?%,/\0\u007f\u0080\u00ff0123456789abcdefxHTP.";
        for (int round = 0; round < 1_000; round++) {
            final StringBuilder bytes = new StringBuilder(seeds);
            for (int i = random.nextInt(6); i >= 0; i--) {
                final int at = random.nextInt(bytes.length());
                switch (random.nextInt(3)) {
                    case 0 -> bytes.deleteCharAt(at);
                    case 1 -> bytes.insert(at, special.charAt(random.nextInt(special.length())));
                    default -> bytes.setCharAt(at, special.charAt(random.nextInt(special.length())));
                }
            }
            try (RawClient client = connect()) {
                client.sendInPieces(bytes.toString(), 1 + random.nextInt(bytes.length()));
                client.socket.shutdownOutput();
                client.readToTheEnd();
            }
            assertEquals(0, server.counters().total(Counter.FAULTS), () -> "seed " + seed + ": " + bytes);
        }
    }

    /** Sends bytes and a good request behind them: one answer, and the good request is never seen. */
    private void assertClosesWith(final int status, final String bytes) throws Exception {
        assertClosesWith(status, bytes, bytes.length() + GOOD.length());
        if (bytes.length() < 300) {
            assertClosesWith(status, bytes, 1);
        }
    }

    private void assertClosesWith(final int status, final String bytes, final int pieces) throws Exception {
        final long before = server.counters().total(Counter.MALFORMED_REQUESTS);
        try (RawClient client = connect()) {
            client.sendInPieces(bytes + GOOD, pieces);
            final RawClient.Response response = client.response();
            assertEquals(status, response.status());
            assertEquals("close", response.field("Connection"));
            assertTrue(response.body().endsWith(".\n"), response.body());
            assertTrue(client.isClosed());
        }
        assertTrue(pipeline.seen().isEmpty());
        assertEquals(before + 1, server.counters().total(Counter.MALFORMED_REQUESTS));
    }
}
