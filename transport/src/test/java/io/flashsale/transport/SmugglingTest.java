package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests whose end two readers could see in different places: behind a proxy, what one takes for a body is a request to the
 * other. Each row is followed by a request that must not be seen if the row is refused, and must be seen, once, if it is
 * understood; whatever pieces it comes in. {@link BadInputTest} has more rows, over sockets.
 */
class SmugglingTest {
    private static final String HEAD = "POST /nowhere HTTP/1.1\r\nHost: a\r\n";
    private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n";
    private static final String HIDDEN = "POST /checkout?user_id=666&item_id=9 HTTP/1.1\r\nHost: a\r\n\r\n";

    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

    private final LoneConnection connection = new LoneConnection(true);

    /** Fields that say, in a way that not everybody sees, that the body is chunked. A proxy goes by the length. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Transfer-Encoding: chunked",
                "Transfer-Encoding:chunked",
                "Transfer-Encoding:\tchunked",
                "transfer-encoding: CHUNKED",
                "Transfer-Encoding : chunked",
                "Transfer-Encoding\t: chunked",
                " Transfer-Encoding: chunked",
                "Transfer-Encoding:\r\n chunked",
                "Transfer-Encoding\r\n : chunked",
                "X: x\n Transfer-Encoding: chunked",
                "X: x\nTransfer-Encoding: chunked",
                "X: x\rTransfer-Encoding: chunked",
                "X: x\r\n\tTransfer-Encoding: chunked",
                "Transfer-Encoding: \u000bchunked",
                "Transfer-Encoding: \u000cchunked",
                "Transfer-Encoding: \u00a0chunked",
                "Transfer-Encoding: chunked\u0000",
                "Transfer-Encoding: \u0000chunked",
                "Transfer-Encoding\u0000: chunked",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: 'chunked'",
                "Transfer-Encoding: chunk",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunked;q=1",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity, chunked",
                "Transfer-Encoding: chunked,",
                "Transfer-Encoding: ,chunked",
                "Transfer-Encoding:",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
            })
    void shouldRefuseALengthBesideAnythingLikeChunks(final String field) {
        for (final String body : new String[] {"0\r\n\r\n", "5\r\nGET /\r\n0\r\n\r\n"}) {
            final String length = "Content-Length: " + body.length();
            assertRefused(400, HEAD + length + "\r\n" + field + "\r\n\r\n" + body);
            assertRefused(400, HEAD + field + "\r\n" + length + "\r\n\r\n" + body);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+0",
                "-0",
                "0,0",
                "0, 0",
                ",1",
                "1,",
                "1;",
                "1.0",
                "1e0",
                "0x1",
                "1_0",
                "1 1",
                "\u00a01",
                "1\u00a0",
                "\u00b9",
                "18446744073709551617",
                "9223372036854775808",
                "\"1\"",
                "1\r\n 2",
                "1\r\n\t",
            })
    void shouldRefuseALengthThatIsNotDigits(final String length) {
        assertRefused(400, HEAD + "Content-Length: " + length + "\r\n\r\n");
        assertRefused(400, HEAD + "Content-Length: 0\r\nContent-Length: " + length + "\r\n\r\n");
        assertRefused(400, HEAD + "Content-Length : 0\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2147483648", "4294967296", "4294967297", "9223372036854775807"})
    void shouldNotWrapALength(final String length) {
        assertRefused(413, HEAD + "Content-Length: " + length + "\r\n\r\nx");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x1\r\nx\r\n0\r\n\r\n",
                "+1\r\nx\r\n0\r\n\r\n",
                "-1\r\nx\r\n0\r\n\r\n",
                " 1\r\nx\r\n0\r\n\r\n",
                "1 \r\nx\r\n0\r\n\r\n",
                "1\t\r\nx\r\n0\r\n\r\n",
                "1 x\r\nx\r\n0\r\n\r\n",
                "1,1\r\nx\r\n0\r\n\r\n",
                "\u00b9\r\nx\r\n0\r\n\r\n",
                "80000000\r\nx\r\n0\r\n\r\n",
                "100000000\r\nx\r\n0\r\n\r\n",
                "100000001\r\nx\r\n0\r\n\r\n",
                "10000000000000001\r\nx\r\n0\r\n\r\n",
                "\r\nx\r\n0\r\n\r\n",
                ";a\r\nx\r\n0\r\n\r\n",
                "1\nx\r\n0\r\n\r\n",
                "1\rx\r\n0\r\n\r\n",
                "1;a\nx\r\n0\r\n\r\n",
                "1;\rx\r\nx\r\n0\r\n\r\n",
                "1;\u0000\r\nx\r\n0\r\n\r\n",
                "1;\"a\r\nb\"\r\nx\r\n0\r\n\r\n",
                "1\r\nx0\r\n\r\n",
                "1\r\nx\n0\r\n\r\n",
                "1\r\nx\r0\r\n\r\n",
                "1\r\nxx\r\n0\r\n\r\n",
                "0\n\n",
                "0\r\n\n",
                "0\n\r\n",
                "0\r\r\n",
                "0\r\nX : a\r\n\r\n",
                "0\r\nno colon\r\n\r\n",
                "0\r\nX: a\n\r\n",
                "0\r\nX: \u0000\r\n\r\n",
            })
    void shouldRefuseChunksThatCanEndElsewhere(final String body) {
        assertRefused(400, CHUNKED + body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                HEAD + "Transfer-Encoding:\tchunked \r\n\r\n0\r\n\r\n",
                HEAD + "tRANSFER-eNCODING: CHUNKED\r\n\r\n0\r\n\r\n",
                CHUNKED + "1 ;a=\"b\"\r\nx\r\n000\r\n\r\n",
                CHUNKED + "0000000000000000000000000000000000000001\r\nx\r\n0\r\n\r\n",
                CHUNKED + "0\r\nContent-Length: 99\r\nHost: b\r\nTransfer-Encoding: gzip\r\n\r\n",
                HEAD + "Content-Length:\t5 \r\n\r\nGET /",
                HEAD + "Content-Length: 00000000000000000000000005\r\n\r\nGET /",
                HEAD + "Content-Length: 5\r\nConnection: Content-Length\r\n\r\nGET /",
                HEAD + "Content_Length: 5\r\nTransfer_Encoding: chunked\r\n\r\n",
                HEAD + "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AA\r\n\r\n",
                "GET /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 58\r\n\r\n" + HIDDEN,
                "GET /nowhere HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nGET /",
                "TRACE /nowhere HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET http://b.example/nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
                "\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
            })
    void shouldSeeTheNextRequestWhereItIs(final String bytes) {
        assertOutcome(List.of(404, 200), 1, bytes + HIDDEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /sale\r\nHost: a\r\n\r\n",
                "GET /sale HTTP/0.9\r\n\r\n",
                "GET /sale HTTP/1.10\r\nHost: a\r\n\r\n",
                "GET /sale HTTP/01.1\r\nHost: a\r\n\r\n",
                "GET /sale HTTP/1,1\r\nHost: a\r\n\r\n",
                "GET http://b/sale HTTP/1.1\r\n\r\n",
                "GET http://b/sale HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\nHost:\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\u00e9\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\nX-\u00e9: b\r\n\r\n",
                "GET /sale HTTP/1.1\r\nHost: a\r\n\u0000\r\n\r\n",
                "GET /sale HTTP/1.1\r\n\tHost: a\r\n\r\n",
                "\u0000GET /sale HTTP/1.1\r\nHost: a\r\n\r\n",
                "\u00ef\u00bb\u00bfGET /sale HTTP/1.1\r\nHost: a\r\n\r\n",
            })
    void shouldRefuseWhatIsNotARequest(final String bytes) {
        assertRefused(400, bytes);
    }

    private void assertRefused(final int status, final String bytes) {
        assertOutcome(List.of(status), 0, bytes + HIDDEN);
    }

    private void assertOutcome(final List<Integer> statuses, final int commands, final String bytes) {
        for (final int pieces : new int[] {0, 1, 2, 3, 5, 7, 11, 200}) {
            final LoneConnection.Outcomes outcomes =
                    connection.serve(new Traffic(Traffic.CLOSE_SIDE, pieces, bytes.getBytes(ISO_8859_1)));
            assertEquals(statuses, statuses(outcomes.answers()), () -> "pieces of " + pieces);
            assertEquals(commands, outcomes.commands().size());
        }
    }

    private static List<Integer> statuses(final String answers) {
        final List<Integer> statuses = new ArrayList<>();
        final Matcher lines = STATUS_LINE.matcher(answers);
        while (lines.find()) {
            statuses.add(Integer.parseInt(lines.group(1)));
        }
        return statuses;
    }
}
