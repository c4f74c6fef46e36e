package io.flashsale.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseParserTest {
    private static final String CODE = "68e3a1f0-0000-8abc-9def-0123456789ab";
    private static final String ANSWERS = "HTTP/1.1 200 OK\r\nsale-SEQUENCE:  42 \r\nContent-Length: 36\r\n\r\n" + CODE
            + "HTTP/1.1 100 Continue\r\n\r\n"
            + "HTTP/1.1 409 Conflict\r\nX: y\r\ncontent-length: 100\r\nSale-Sequence: 43\r\n\r\n" + "x".repeat(100)
            + "HTTP/1.1 204\nX:\n\n"
            + "HTTP/1.1 503 \r\nConnection: Close\r\nContent-Length: 0\r\n\r\n";
    private static final List<String> READ = List.of(
            "200 42 36 false " + CODE, "409 43 100 false " + "x".repeat(64), "204 -1 0 false ", "503 -1 0 true ");

    private final ResponseParser parser = new ResponseParser();
    private final List<String> read = new ArrayList<>();

    @Test
    void shouldReadTheSameAnswersWhereverTheyAreSplit() {
        for (int first = 0; first <= ANSWERS.length(); first++) {
            read.clear();
            parse(ANSWERS.substring(0, first));
            parse(ANSWERS.substring(first));
            assertEquals(READ, read, "split at " + first);
            assertTrue(parser.isFresh());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 11, 64})
    void shouldReadTheSameAnswersInPiecesOfAnySize(final int size) {
        for (int at = 0; at < ANSWERS.length(); at += size) {
            parse(ANSWERS.substring(at, Math.min(at + size, ANSWERS.length())));
        }
        assertEquals(READ, read);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/2 200 OK\r\n",
                "HTTP/1.1 20\r\n",
                "HTTP/1.1 2000 OK\r\n",
                "HTTP/1.1 abc\r\n",
                "\r\n",
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length:\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n"
            })
    void shouldRefuseWhatIsNoAnswer(final String bytes) {
        for (int first = 0; first < bytes.length(); first++) {
            parser.reset();
            parse(bytes.substring(0, first));
            parse(bytes.substring(first));
            assertTrue(parser.isMalformed(), "split at " + first);
        }
    }

    @Test
    void shouldRefuseAHeadLineWithoutEnd() {
        parse("HTTP/1.1 200 OK\r\nX: ");
        final String piece = "x".repeat(1_000);
        for (int i = 0; i < 9; i++) {
            parse(piece);
        }
        assertTrue(parser.isMalformed());
    }

    private void parse(final String piece) {
        final byte[] bytes = piece.getBytes(US_ASCII);
        int at = 0;
        while (at < bytes.length && !parser.isMalformed()) {
            at = parser.parse(bytes, at, bytes.length);
            if (parser.isComplete()) {
                final int kept = Math.min(parser.bodyLength(), ResponseParser.BODY_KEPT);
                read.add(parser.status() + " " + parser.sequence() + " " + parser.bodyLength() + " " + parser.isClose()
                        + " " + new String(parser.body(), 0, kept, US_ASCII));
                parser.reset();
            }
        }
    }
}
