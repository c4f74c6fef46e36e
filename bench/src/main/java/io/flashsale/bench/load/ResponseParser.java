package io.flashsale.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * Reads HTTP/1.1 responses from bytes that arrive in any pieces. It looks at what the load generator needs and no
 * more: status, {@code Content-Length}, {@code Connection}, {@code Sale-Sequence}, the beginning of the body.
 *
 * <p>A head line that lies in one piece is read where it is; only a line that is split is copied. Every body must have
 * a {@code Content-Length}: a chunked answer is malformed here. One thread; allocates nothing.
 */
final class ResponseParser {
    /** How much of a body is kept: enough for a code. */
    static final int BODY_KEPT = 64;
    /** A longer head line is malformed. */
    static final int MAX_LINE = 8 * 1024;

    private static final byte[] CONTENT_LENGTH = "content-length".getBytes(US_ASCII);
    private static final byte[] CONNECTION = "connection".getBytes(US_ASCII);
    private static final byte[] SALE_SEQUENCE = "sale-sequence".getBytes(US_ASCII);
    private static final byte[] TRANSFER_ENCODING = "transfer-encoding".getBytes(US_ASCII);
    private static final byte[] CLOSE = "close".getBytes(US_ASCII);
    private static final byte[] VERSION = "http/1.".getBytes(US_ASCII);
    private static final long MAX_NUMBER = (Long.MAX_VALUE - 9) / 10;
    private static final long ABSENT = -1;

    private enum State {
        STATUS_LINE,
        HEADERS,
        BODY,
        COMPLETE,
        MALFORMED
    }

    private final byte[] line = new byte[MAX_LINE];
    private final byte[] body = new byte[BODY_KEPT];
    private int lineLength;
    private State state;
    private int status;
    private long contentLength;
    private long bodyRead;
    private long sequence;
    private boolean close;

    ResponseParser() {
        reset();
    }

    /** Makes ready for the next response. */
    void reset() {
        lineLength = 0;
        state = State.STATUS_LINE;
        status = 0;
        contentLength = ABSENT;
        bodyRead = 0;
        sequence = LoadListener.NO_SEQUENCE;
        close = false;
    }

    /**
     * Reads on, to the end of the response or of the bytes.
     *
     * @param bytes where they are.
     * @param from  the first.
     * @param to    after the last.
     * @return the first byte that was not read; if the response {@link #isComplete()}, it belongs to the next one.
     */
    int parse(final byte[] bytes, final int from, final int to) {
        int at = from;
        while (at < to && state != State.COMPLETE && state != State.MALFORMED) {
            at = state == State.BODY ? readBody(bytes, at, to) : readLine(bytes, at, to);
        }
        return at;
    }

    boolean isComplete() {
        return state == State.COMPLETE;
    }

    boolean isMalformed() {
        return state == State.MALFORMED;
    }

    /** Whether nothing of a response was read yet. */
    boolean isFresh() {
        return state == State.STATUS_LINE && lineLength == 0;
    }

    int status() {
        return status;
    }

    /** Whether the server said that this is its last answer on the connection. */
    boolean isClose() {
        return close;
    }

    /** Value of {@code Sale-Sequence}, or {@link LoadListener#NO_SEQUENCE}. */
    long sequence() {
        return sequence;
    }

    /** The first bytes of the body, of which there are at most {@link #BODY_KEPT}; valid until {@link #reset()}. */
    byte[] body() {
        return body;
    }

    /** Length of the whole body; more than {@link #BODY_KEPT} if the rest was dropped. */
    int bodyLength() {
        return (int) Math.min(bodyRead, Integer.MAX_VALUE);
    }

    private int readBody(final byte[] bytes, final int from, final int to) {
        final int length = (int) Math.min(to - from, contentLength - bodyRead);
        if (bodyRead < BODY_KEPT) {
            final int kept = (int) Math.min(length, BODY_KEPT - bodyRead);
            System.arraycopy(bytes, from, body, (int) bodyRead, kept);
        }
        bodyRead += length;
        if (bodyRead == contentLength) {
            state = State.COMPLETE;
        }
        return from + length;
    }

    private int readLine(final byte[] bytes, final int from, final int to) {
        int end = from;
        while (end < to && bytes[end] != '\n') {
            end++;
        }
        final boolean whole = end < to;
        if (whole && lineLength == 0) {
            onLine(bytes, from, withoutReturn(bytes, from, end));
            return end + 1;
        }
        if (lineLength + end - from > MAX_LINE) {
            state = State.MALFORMED;
            return end;
        }
        System.arraycopy(bytes, from, line, lineLength, end - from);
        lineLength += end - from;
        if (!whole) {
            return end;
        }
        final int length = withoutReturn(line, 0, lineLength);
        lineLength = 0;
        onLine(line, 0, length);
        return end + 1;
    }

    private static int withoutReturn(final byte[] bytes, final int from, final int end) {
        return end > from && bytes[end - 1] == '\r' ? end - 1 : end;
    }

    private void onLine(final byte[] bytes, final int from, final int end) {
        if (state == State.STATUS_LINE) {
            onStatusLine(bytes, from, end);
        } else if (from == end) {
            onHeadEnd();
        } else {
            onHeader(bytes, from, end);
        }
    }

    /** "HTTP/1.1 200 OK": three digits at a known place. */
    private void onStatusLine(final byte[] bytes, final int from, final int end) {
        final int digits = from + VERSION.length + 2;
        if (end < digits + 3 || !matches(bytes, from, VERSION) || (end > digits + 3 && bytes[digits + 3] != ' ')) {
            state = State.MALFORMED;
            return;
        }
        close = bytes[from + VERSION.length] == '0';
        final long number = number(bytes, digits, digits + 3);
        status = (int) number;
        state = number >= 100 ? State.HEADERS : State.MALFORMED;
    }

    private void onHeader(final byte[] bytes, final int from, final int end) {
        int colon = from;
        while (colon < end && bytes[colon] != ':') {
            colon++;
        }
        int value = colon + 1;
        while (value < end && (bytes[value] == ' ' || bytes[value] == '\t')) {
            value++;
        }
        int last = end;
        while (last > value && (bytes[last - 1] == ' ' || bytes[last - 1] == '\t')) {
            last--;
        }
        if (colon == end) {
            state = State.MALFORMED;
        } else if (isName(bytes, from, colon, CONTENT_LENGTH)) {
            contentLength = number(bytes, value, last);
            state = contentLength < 0 ? State.MALFORMED : state;
        } else if (isName(bytes, from, colon, SALE_SEQUENCE)) {
            sequence = number(bytes, value, last);
            state = sequence < 0 ? State.MALFORMED : state;
        } else if (isName(bytes, from, colon, CONNECTION)) {
            close |= isName(bytes, value, last, CLOSE);
        } else if (isName(bytes, from, colon, TRANSFER_ENCODING)) {
            state = State.MALFORMED;
        }
    }

    private void onHeadEnd() {
        if (status < 200) {
            reset();
        } else if (contentLength > 0) {
            state = State.BODY;
        } else if (contentLength == 0 || status == 204 || status == 304) {
            state = State.COMPLETE;
        } else {
            state = State.MALFORMED;
        }
    }

    private static boolean isName(final byte[] bytes, final int from, final int end, final byte[] lowerCase) {
        return end - from == lowerCase.length && matches(bytes, from, lowerCase);
    }

    private static boolean matches(final byte[] bytes, final int from, final byte[] lowerCase) {
        for (int i = 0; i < lowerCase.length; i++) {
            final int b = bytes[from + i];
            if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != lowerCase[i]) {
                return false;
            }
        }
        return true;
    }

    /** A decimal number, or -1. */
    private static long number(final byte[] bytes, final int from, final int end) {
        long value = from < end ? 0 : -1;
        for (int i = from; i < end; i++) {
            final int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || value > MAX_NUMBER) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
