package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * An answer, encoded as far as it is the same for everybody: status line and fixed header fields, and the body. Immutable,
 * so the usual ones are built once.
 */
final class Reply {
    private static final byte[] NOTHING = {};

    final int status;
    final byte[] head;
    final byte[] body;

    private Reply(final int status, final String fields, final int length, final byte[] body) {
        this.status = status;
        this.body = body;
        head = ("HTTP/1.1 " + HttpResponseStatus.valueOf(status) + "\r\n"
                        + "Content-Length: " + length + "\r\n"
                        + "Content-Type: text/plain; charset=utf-8\r\n"
                        + fields)
                .getBytes(UTF_8);
    }

    /** A status, and a sentence that says what to do. */
    static Reply of(final int status, final String text) {
        return with(status, "", text + "\n");
    }

    /** A body as it stands, and further header fields, each ended by CRLF. */
    static Reply with(final int status, final String fields, final String text) {
        final byte[] body = text.getBytes(UTF_8);
        return new Reply(status, fields, body.length, body);
    }

    /** A body that the caller appends. */
    static Reply ofLength(final int status, final int length) {
        return new Reply(status, "", length, NOTHING);
    }
}
