package io.flashsale.transport;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

/**
 * What the header fields of one request mean, gathered in one pass. One for each event loop, read before the next
 * request. The decoder has refused what is not well-formed; this refuses what two readers could understand differently.
 */
final class RequestHead {
    static final AsciiString IDEMPOTENCY_KEY = AsciiString.cached("idempotency-key");
    static final AsciiString OLD_WEB_SOCKET_KEY = AsciiString.cached("sec-websocket-key1");

    /** By visible character: whether it cannot stand in a host. */
    private static final boolean[] NOT_IN_HOST = new boolean[0x7F];

    static {
        Arrays.fill(NOT_IN_HOST, 0, ' ' + 1, true);
        "/?#@,\\\"<>{}|^`".chars().forEach(c -> NOT_IN_HOST[c] = true);
    }

    private int hosts;
    private int lengths;
    private int encodings;
    private long length;
    private boolean chunked;
    private boolean malformed;
    private boolean closeAsked;
    private boolean keepAliveAsked;
    private boolean continueAsked;
    private boolean otherExpected;
    private boolean json;
    private int retryKeys;
    private String retryKey;
    private boolean oldVersion;

    /**
     * Reads a head.
     *
     * @return null, or what to answer before the connection closes.
     */
    Reply read(final HttpRequest request) {
        begin(request.protocolVersion().equals(HttpVersion.HTTP_1_0));
        final Iterator<Map.Entry<CharSequence, CharSequence>> fields =
                request.headers().iteratorCharSequence();
        while (fields.hasNext()) {
            final Map.Entry<CharSequence, CharSequence> field = fields.next();
            note(field.getKey(), field.getValue());
        }
        if (!oldVersion && !request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return Replies.BAD_VERSION;
        }
        return fault();
    }

    /**
     * What is wrong with the fields that were noted.
     *
     * @return null, or what to answer before the connection closes.
     */
    Reply fault() {
        if (hosts > 1 || (hosts == 0 && !oldVersion)) {
            return Replies.BAD_HOST;
        }
        if (lengths > 1 || encodings > 1 || lengths + encodings > 1 || (encodings == 1 && !chunked)) {
            return Replies.BAD_FRAMING;
        }
        if (malformed) {
            return Replies.BAD_REQUEST;
        }
        if (length > TransportLimits.MAX_BODY) {
            return Replies.BODY_TOO_LONG;
        }
        return otherExpected && !oldVersion ? Replies.EXPECTATION_FAILED : null;
    }

    /** Whether the client accepts JSON. */
    boolean acceptsJson() {
        return json;
    }

    /** Whether the fields of a head that could not be understood as a whole accept JSON. */
    static boolean acceptsJson(final HttpRequest malformed) {
        return malformed.headers().getAll(HttpHeaderNames.ACCEPT).stream().anyMatch(Accept::listsJson);
    }

    /** Whether the connection ends with this request. */
    boolean closes() {
        return closeAsked || (oldVersion && !keepAliveAsked);
    }

    /** Whether an HTTP/1.0 client waits to be told that the connection stays. */
    boolean mustConfirmKeepAlive() {
        return oldVersion && !closes();
    }

    /** Whether the client waits for 100 before it sends the body. */
    boolean awaitsContinue() {
        return continueAsked && !oldVersion && (length > 0 || chunked);
    }

    /** The {@code Idempotency-Key}, not yet checked, or null. */
    String retryKey() {
        return retryKey;
    }

    /** Whether there is more than one {@code Idempotency-Key}. */
    boolean repeatsRetryKey() {
        return retryKeys > 1;
    }

    /**
     * Begins a head; its fields are to be {@link #note noted}.
     *
     * @param http10 whether it is one of HTTP/1.0, not 1.1.
     */
    void begin(final boolean http10) {
        hosts = 0;
        lengths = 0;
        encodings = 0;
        length = 0;
        chunked = false;
        malformed = false;
        closeAsked = false;
        keepAliveAsked = false;
        continueAsked = false;
        otherExpected = false;
        json = false;
        retryKeys = 0;
        retryKey = null;
        oldVersion = http10;
    }

    /** A field of the head. */
    void note(final CharSequence name, final CharSequence value) {
        switch (name.length()) {
            case 4 -> {
                if (is(name, HttpHeaderNames.HOST)) {
                    hosts++;
                    malformed |= !isHost(value);
                }
            }
            case 6 -> {
                if (is(name, HttpHeaderNames.ACCEPT)) {
                    json |= Accept.listsJson(value);
                } else if (is(name, HttpHeaderNames.EXPECT)) {
                    final boolean known = is(value, HttpHeaderValues.CONTINUE);
                    continueAsked |= known;
                    otherExpected |= !known && value.length() > 0;
                }
            }
            case 10 -> {
                if (is(name, HttpHeaderNames.CONNECTION)) {
                    closeAsked |= hasToken(value, HttpHeaderValues.CLOSE);
                    keepAliveAsked |= hasToken(value, HttpHeaderValues.KEEP_ALIVE);
                }
            }
            case 14 -> {
                if (is(name, HttpHeaderNames.CONTENT_LENGTH)) {
                    lengths++;
                    // The decoder has checked that it is a number, and only one.
                    length = Long.parseLong(value, 0, value.length(), 10);
                }
            }
            case 15 -> {
                if (is(name, IDEMPOTENCY_KEY)) {
                    retryKeys++;
                    retryKey = value.toString();
                }
            }
            case 17 -> {
                if (is(name, HttpHeaderNames.TRANSFER_ENCODING)) {
                    encodings++;
                    chunked = is(value, HttpHeaderValues.CHUNKED);
                }
            }
            // The decoder takes this field's presence for a body of eight bytes; nobody else does.
            case 18 -> malformed |= is(name, OLD_WEB_SOCKET_KEY);
            default -> {
                // Says nothing to this service.
            }
        }
    }

    private static boolean is(final CharSequence text, final AsciiString expected) {
        return expected.contentEqualsIgnoreCase(text);
    }

    /** Whether a comma-separated list contains a token. */
    private static boolean hasToken(final CharSequence list, final AsciiString token) {
        final int length = list.length();
        int start = 0;
        for (int end = 0; end <= length; end++) {
            if (end == length || list.charAt(end) == ',') {
                int last = end;
                while (start < last && isSpace(list.charAt(start))) {
                    start++;
                }
                while (last > start && isSpace(list.charAt(last - 1))) {
                    last--;
                }
                if (last - start == token.length()
                        && AsciiString.regionMatches(list, true, start, token, 0, token.length())) {
                    return true;
                }
                start = end + 1;
            }
        }
        return false;
    }

    private static boolean isSpace(final char c) {
        return c == ' ' || c == '\t';
    }

    /** Name or address, and port: nothing that could be taken for a second host, a path or a user. */
    private static boolean isHost(final CharSequence value) {
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            if (c >= NOT_IN_HOST.length || NOT_IN_HOST[c]) {
                return false;
            }
        }
        return true;
    }
}
