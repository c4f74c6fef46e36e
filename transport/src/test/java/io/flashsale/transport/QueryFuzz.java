package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Objects;

/** Any query, read as a checkout's, a code's and a page's: each time the same as {@link NaiveQuery} makes of it. */
public final class QueryFuzz {
    /** What a request line can carry; the naive reader takes its time for numbers of a million digits. */
    private static final int MAX_LENGTH = TransportLimits.MAX_REQUEST_LINE;

    private static final Query QUERY = new Query();

    private QueryFuzz() {}

    /**
     * Reads one query.
     *
     * @param input its bytes.
     */
    public static void fuzzerTestOneInput(final byte[] input) {
        final String text = new String(input, 0, Math.min(input.length, MAX_LENGTH), ISO_8859_1);
        final String target = "/x?" + text;
        final NaiveQuery naive = new NaiveQuery(text);
        check(naive.checkout(), QUERY.readCheckout(target, 3), text);
        if (naive.checkout() == null) {
            check(naive.value("user_id"), QUERY.user(), text);
            check(naive.value(naive.has("id") ? "id" : "item_id"), (long) QUERY.item(), text);
        }
        check(naive.code(), QUERY.readCode(target, 3), text);
        check(naive.page(), QUERY.readPage(target, 3), text);
        if (naive.page() == null) {
            check(naive.has("from") ? naive.value("from") : 0, (long) QUERY.item(), text);
            final long limit = naive.has("limit") ? naive.value("limit") : TransportLimits.DEFAULT_PAGE;
            check(limit, (long) QUERY.limit(), text);
        }
    }

    private static void check(final Object expected, final Object actual, final String text) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError(text + ": " + actual + " instead of " + expected);
        }
    }
}
