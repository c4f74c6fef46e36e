package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What is read in one pass means the same as what the decoder makes of it: each connection is served with and without the
 * plain reader, and answers and commands are compared byte by byte.
 */
class PlainHeadTest {
    private static final String PLAIN = "POST /checkout?user_id=7&item_id=9 HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String CODE = "69555780-0000-8006-8000-000000000010";

    private static final List<String> LINES = List.of(
            "POST /checkout?user_id=7&item_id=9 HTTP/1.1\r\n",
            "POST /checkout?user_id=%37&id=9&%69tem_id=9 HTTP/1.1\r\n",
            "POST /checkout?user_id=%3&id=9 HTTP/1.1\r\n",
            "POST /checkout?user_id=1&user_id=1&id=9 HTTP/1.1\r\n",
            "POST /purchase?code=" + CODE + " HTTP/1.1\r\n",
            "DELETE /checkout?code=" + CODE + " HTTP/1.1\r\n",
            "GET /sale HTTP/1.1\r\n",
            "GET /items?from=1&limit=2 HTTP/1.1\r\n",
            "GET /nowhere HTTP/1.1\r\n",
            "GET /sale#top HTTP/1.1\r\n",
            "GET //sale HTTP/1.1\r\n",
            "GET http://b.example/sale HTTP/1.1\r\n",
            "GET * HTTP/1.1\r\n",
            "HEAD /sale HTTP/1.1\r\n",
            "OPTIONS /checkout HTTP/1.1\r\n",
            "PUT /checkout HTTP/1.1\r\n",
            "get /sale HTTP/1.1\r\n",
            "GET  /sale HTTP/1.1\r\n",
            "GET /sale  HTTP/1.1\r\n",
            "GET\t/sale HTTP/1.1\r\n",
            "GET /sale HTTP/1.1 \r\n",
            "GET /sale HTTP/1.0\r\n",
            "GET /sale HTTP/1.2\r\n",
            "GET /sale http/1.1\r\n",
            "GET /sale HTTP/1.1\n",
            "GET /sale HTTP/1.1\r",
            "GET /s\u00e4le HTTP/1.1\r\n",
            "GET /sa\u007fle HTTP/1.1\r\n",
            "GET /sa\0le HTTP/1.1\r\n",
            "GET /sale\r\n",
            "\r\nGET /sale HTTP/1.1\r\n",
            "\nGET /sale HTTP/1.1\r\n",
            " GET /sale HTTP/1.1\r\n");

    private static final List<String> FIELDS = List.of(
            "",
            "Host: b\r\n",
            "hOsT:a\r\n",
            "Host:\r\n",
            "Host:  a  \r\n",
            "Host:\ta\t\r\n",
            "Host : a\r\n",
            " Host: a\r\n",
            "Host: a b\r\n",
            "Host: a\n",
            "Host: a\r",
            "Content-Length: 0\r\n",
            "Content-Length: 00\r\n",
            "Content-Length: +0\r\n",
            "Content-Length: -0\r\n",
            "Content-Length: 0,0\r\n",
            "Content-Length: 0\r\nContent-Length: 0\r\n",
            "Content-Length:\r\n",
            "Content-Length:0 \r\n",
            "content-length: 4\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: identity\r\n",
            "Transfer-Encoding:\r\n",
            "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n",
            "Expect: 100-continue\r\n",
            "Expect: 100-continue\r\nContent-Length: 4\r\n",
            "Expect: tea\r\n",
            "Expect:\r\n",
            "Sec-WebSocket-Key1: 1\r\n",
            "Connection: close\r\n",
            "Connection: x , Close\r\n",
            "Connection: keep-alive\r\nConnection: close\r\n",
            "Connection: upgrade\r\nUpgrade: h2c\r\n",
            "Accept: application/json\r\n",
            "Accept: text/plain\r\naccept:APPLICATION/JSON;q=0.5\r\n",
            "Accept: application/json;q=0\r\n",
            "Idempotency-Key: k\r\n",
            "Idempotency-Key: k\r\nIdempotency-Key: k\r\n",
            "Idempotency-Key:\r\n",
            "Idempotency-Key: a b\r\n",
            "Idempotency-Key: \u00e9\r\n",
            "Idempotency-Key: k\t\r\n",
            "X: a\r\n b\r\n",
            "X: a\0b\r\n",
            "X: \u007f\r\n",
            "X: \u0080\r\n",
            "X: \u000b\r\n",
            "X\u0000: a\r\n",
            "X(): a\r\n",
            "X_Y!#$%&'*+.^`|~: a\r\n",
            ": a\r\n",
            "X\r\n",
            "X:\r\n",
            ":\r\n");

    private static final List<String> ENDS = List.of("\r\n", "\n", "\r", "", "\r\nabcd", "\r\n0\r\n\r\n", "\r\n4\r\n");

    @Test
    void shouldMeanTheSameInEveryCombination() {
        for (final String line : LINES) {
            for (final String field : FIELDS) {
                for (final String end : ENDS) {
                    same(0, 0, line + "Host: a\r\n" + field + end + PLAIN);
                }
                same(Traffic.CLOSE_SIDE, 1, line + field + "\r\n" + PLAIN);
            }
        }
    }

    @Test
    void shouldMeanTheSameWhereverABufferEnds() {
        final String text = PLAIN + "GET /sale HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n" + PLAIN
                + "POST /purchase?code=" + CODE + " HTTP/1.1\r\nHost: a\r\nIdempotency-Key: k\r\n\r\n";
        final String whole = answersTo(new Traffic(0, 0, text.getBytes(ISO_8859_1)));
        for (int length = 1; length < 128; length++) {
            final Traffic traffic = new Traffic(0, length, text.getBytes(ISO_8859_1));
            PlainHeadFuzz.compare(traffic);
            assertEquals(whole, answersTo(traffic), "pieces of " + length);
        }
        for (int cut = 0; cut <= text.length(); cut++) {
            // The client ends, or is gone, in the middle.
            same(Traffic.CLOSE_SIDE, 0, text.substring(0, cut));
            same(Traffic.RESET | Traffic.LATE, 0, text.substring(0, cut));
        }
    }

    @Test
    void shouldMeanTheSameAroundEveryBound() {
        for (final int bound : new int[] {1024, TransportLimits.MAX_REQUEST_LINE, TransportLimits.MAX_HEADERS}) {
            for (int around = -70; around <= 70; around++) {
                final int length = bound + around;
                same(0, 0, "GET /sale HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(length) + "\r\n\r\n" + PLAIN);
                same(0, 0, "GET /sale?" + "x".repeat(length) + " HTTP/1.1\r\nHost: a\r\n\r\n" + PLAIN);
                same(0, 0, "GET /sale HTTP/1.1\r\nHost: a\r\n" + "X: a\r\n".repeat(length / 6) + "\r\n" + PLAIN);
            }
        }
    }

    @Test
    void shouldMeanTheSameWhileTheQueueIsFull() {
        for (final int how : new int[] {
            0,
            Traffic.LATE,
            Traffic.LATE | Traffic.CLOSE_SIDE,
            Traffic.LATE | Traffic.STALL,
            Traffic.STALL | Traffic.CLOSE_SIDE,
            Traffic.LATE | Traffic.RESET,
            Traffic.FILL_UP,
            Traffic.DRAINING,
            Traffic.OUT_OF_SPACE,
        }) {
            for (final int pieces : new int[] {0, 7, 57, 113, 200}) {
                same(how, pieces, PLAIN.repeat(70));
                same(how, pieces, (PLAIN + "GET /sale HTTP/1.1\r\nHost: a\r\n\r\n").repeat(70));
                same(how, pieces, PLAIN.repeat(70) + "GET /sale HTTP/1.1\r\n\r\n" + PLAIN);
            }
        }
    }

    @Test
    void shouldMeanTheSameHoweverItIsMangled() {
        final long seed = System.nanoTime();
        System.out.println("seed " + seed);
        final Random random = new Random(seed);
        final String special = "\r\n\r\n \t:;=&?%,/\0\u000b\u007f\u0080\u00ff0123456789abcdefxHTP.-+#";
        for (int round = 0; round < 10_000; round++) {
            final StringBuilder bytes = new StringBuilder();
            for (int i = random.nextInt(3); i >= 0; i--) {
                bytes.append(pick(LINES, random, 9)).append("Host: a\r\n").append(pick(FIELDS, random, FIELDS.size()));
                bytes.append(pick(FIELDS, random, FIELDS.size())).append("\r\n");
            }
            for (int i = random.nextInt(4); i > 0; i--) {
                final int at = random.nextInt(bytes.length());
                final char other = special.charAt(random.nextInt(special.length()));
                switch (random.nextInt(3)) {
                    case 0 -> bytes.deleteCharAt(at);
                    case 1 -> bytes.insert(at, other);
                    default -> bytes.setCharAt(at, other);
                }
            }
            same(random.nextInt(128), random.nextInt(256), bytes.append(PLAIN).toString());
        }
    }

    private static String pick(final List<String> texts, final Random random, final int first) {
        return texts.get(random.nextInt(first));
    }

    private static String answersTo(final Traffic traffic) {
        return new LoneConnection(true).serve(traffic).answers();
    }

    private static void same(final int how, final int pieces, final String text) {
        PlainHeadFuzz.compare(new Traffic(how, pieces, text.getBytes(ISO_8859_1)));
    }
}
