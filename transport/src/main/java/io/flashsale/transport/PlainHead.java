package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;

/**
 * Reads the requests that nearly all clients send, in one pass and without the objects that Netty's decoder makes of them:
 * complete, HTTP/1.1, without a body, of visible ASCII, each line ended by CRLF. Everything else it leaves alone, for that
 * decoder to take in or refuse. So there is one judge of what is malformed, and what is read here means the same there.
 *
 * <p>One for each event loop; what it found is valid until it reads again.
 */
final class PlainHead {
    /** Longer heads are left to the decoder. */
    private static final int MAX_LENGTH = 1024;

    private static final byte[] POST = ascii("POST ");
    private static final byte[] GET = ascii("GET ");
    private static final byte[] DELETE = ascii("DELETE ");
    private static final byte[] LINE_END = ascii(" HTTP/1.1\r\n");

    private static final byte CR = '\r';
    private static final byte LF = '\n';

    /** By character: whether a field's name may have it here. HTTP allows a few more. */
    private static final boolean[] IN_NAME = new boolean[128];

    static {
        for (int c = 0; c < IN_NAME.length; c++) {
            IN_NAME[c] = c == '-' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        }
    }

    private final byte[] bytes;
    private int length;
    private boolean sized;
    private HttpMethod method;
    private String target;

    PlainHead() {
        this(MAX_LENGTH);
    }

    /** Leaves heads longer than so many bytes to the decoder; all of them, if that is 0. */
    PlainHead(final int maxLength) {
        bytes = new byte[maxLength];
    }

    /** The method. */
    HttpMethod method() {
        return method;
    }

    /** The request target. */
    String target() {
        return target;
    }

    /**
     * Reads a request from the beginning of a buffer, which stays as it is.
     *
     * @param in   received bytes.
     * @param head is told the fields that mean something.
     * @return length of the request, or 0 if there is no such request at the beginning: what the head was told is void then.
     */
    int read(final ByteBuf in, final RequestHead head) {
        length = Math.min(in.readableBytes(), bytes.length);
        in.getBytes(in.readerIndex(), bytes, 0, length);
        final int start = targetStart();
        int end = start;
        while (end < length && bytes[end] > ' ' && bytes[end] < 0x7F) {
            end++;
        }
        if (start == 0 || end == start || bytes[start] != '/' || !startsWith(LINE_END, end)) {
            return 0;
        }
        head.begin(false);
        final int headEnd = readFields(end + LINE_END.length, head);
        if (headEnd > 0) {
            target = new String(bytes, start, end - start, ISO_8859_1);
        }
        return headEnd;
    }

    private int targetStart() {
        if (startsWith(POST, 0)) {
            method = HttpMethod.POST;
            return POST.length;
        }
        if (startsWith(GET, 0)) {
            method = HttpMethod.GET;
            return GET.length;
        }
        if (startsWith(DELETE, 0)) {
            method = HttpMethod.DELETE;
            return DELETE.length;
        }
        return 0;
    }

    /** Index after the empty line, or 0. */
    private int readFields(final int from, final RequestHead head) {
        sized = false;
        int start = from;
        while (start + 1 < length) {
            if (bytes[start] == CR) {
                return bytes[start + 1] == LF ? start + 2 : 0;
            }
            int nameEnd = start;
            while (nameEnd < length && bytes[nameEnd] >= 0 && IN_NAME[bytes[nameEnd]]) {
                nameEnd++;
            }
            int valueStart = nameEnd + 1;
            while (valueStart < length && bytes[valueStart] == ' ') {
                valueStart++;
            }
            int lineEnd = valueStart;
            while (lineEnd < length && bytes[lineEnd] >= ' ' && bytes[lineEnd] < 0x7F) {
                lineEnd++;
            }
            final boolean isLine = lineEnd + 1 < length && bytes[lineEnd] == CR && bytes[lineEnd + 1] == LF;
            if (!isLine || nameEnd == start || bytes[nameEnd] != ':') {
                return 0;
            }
            if (!readField(start, nameEnd, valueStart, trimmed(valueStart, lineEnd), head)) {
                return 0;
            }
            start = lineEnd + 2;
        }
        return 0;
    }

    private int trimmed(final int valueStart, final int lineEnd) {
        int end = lineEnd;
        while (end > valueStart && bytes[end - 1] == ' ') {
            end--;
        }
        return end;
    }

    /** False for a field that makes the request one for the decoder. */
    private boolean readField(
            final int start, final int nameEnd, final int valueStart, final int valueEnd, final RequestHead head) {
        switch (nameEnd - start) {
            case 4 -> note(HttpHeaderNames.HOST, start, valueStart, valueEnd, head);
            case 6 -> {
                note(HttpHeaderNames.ACCEPT, start, valueStart, valueEnd, head);
                return !isNamed(HttpHeaderNames.EXPECT, start);
            }
            case 10 -> note(HttpHeaderNames.CONNECTION, start, valueStart, valueEnd, head);
            case 14 -> {
                if (isNamed(HttpHeaderNames.CONTENT_LENGTH, start)) {
                    if (sized || valueEnd - valueStart != 1 || bytes[valueStart] != '0') {
                        return false;
                    }
                    sized = true;
                    note(HttpHeaderNames.CONTENT_LENGTH, start, valueStart, valueEnd, head);
                }
            }
            case 15 -> note(RequestHead.IDEMPOTENCY_KEY, start, valueStart, valueEnd, head);
            case 17 -> {
                return !isNamed(HttpHeaderNames.TRANSFER_ENCODING, start);
            }
            case 18 -> {
                return !isNamed(RequestHead.OLD_WEB_SOCKET_KEY, start);
            }
            default -> {
                // Says nothing to this service.
            }
        }
        return true;
    }

    private void note(
            final AsciiString name, final int at, final int valueStart, final int valueEnd, final RequestHead head) {
        if (isNamed(name, at)) {
            head.note(name, new String(bytes, valueStart, valueEnd - valueStart, ISO_8859_1));
        }
    }

    /** Whether a name of the same length is that one, in whatever case. Names are in lower case, and of letters and hyphens. */
    private boolean isNamed(final AsciiString name, final int at) {
        for (int i = 0; i < name.length(); i++) {
            if ((bytes[at + i] | 0x20) != name.byteAt(i)) {
                return false;
            }
        }
        return true;
    }

    private boolean startsWith(final byte[] expected, final int at) {
        if (length - at < expected.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            if (bytes[at + i] != expected[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(ISO_8859_1);
    }
}
