package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * An answer, encoded as far as it is the same for everybody: status line and fixed header fields, and the body. Immutable,
 * so the usual ones are built once, as plain text and as JSON.
 */
final class Reply {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";

    private static final byte[] NOTHING = {};

    final int status;
    final byte[] head;
    final byte[] body;

    /**
     * A JSON object of which the end is missing: what only this request has, and the closing brace. So the head lacks the
     * {@code Content-Length}.
     */
    final boolean open;

    /** What a client gets that accepts JSON: this, if there is only one form. */
    final Reply json;

    private Reply(final int status, final String fields, final byte[] body, final boolean open, final Reply json) {
        this.status = status;
        this.body = body;
        this.open = open;
        this.json = json == null ? this : json;
        head = ("HTTP/1.1 " + HttpResponseStatus.valueOf(status) + "\r\n" + fields).getBytes(UTF_8);
    }

    /**
     * A refusal, as a sentence and as RFC 9457's problem details.
     *
     * @param type   stable name of the problem.
     * @param title  the same for every problem of the type.
     * @param detail what to do.
     */
    static Reply problem(final int status, final String type, final String title, final String detail) {
        return problem(status, "", type, title, detail);
    }

    /** A refusal with further header fields, each ended by CRLF. */
    static Reply problem(
            final int status, final String fields, final String type, final String title, final String detail) {
        final String members = new JsonText()
                .beginObject()
                .name("type")
                .string("/problems/" + type)
                .name("title")
                .string(title)
                .name("status")
                .number(status)
                .name("detail")
                .string(detail)
                .toString();
        final Reply json = new Reply(status, typed(PROBLEM) + fields, members.getBytes(UTF_8), true, null);
        final byte[] sentence = (detail + "\n").getBytes(UTF_8);
        return new Reply(status, sized(sentence.length, TEXT) + fields, sentence, false, json);
    }

    /** An accepted command. The caller appends the body: so many bytes as plain text, an object's members as JSON. */
    static Reply accepted(final int length) {
        return new Reply(200, sized(length, TEXT), NOTHING, false, new Reply(200, typed(JSON), NOTHING, true, null));
    }

    /** Plain text as it stands, for everybody. */
    static Reply text(final int status, final String text) {
        return document(status, TEXT, "", text.getBytes(UTF_8));
    }

    /** A JSON object as it stands, for everybody. */
    static Reply json(final int status, final JsonText text) {
        return document(status, JSON, "", text.toString().getBytes(UTF_8));
    }

    /** A body as it stands, for everybody, and further header fields, each ended by CRLF. */
    static Reply document(final int status, final String type, final String fields, final byte[] body) {
        return new Reply(status, sized(body.length, type) + fields, body, false, null);
    }

    /** Header fields only, each ended by CRLF. */
    static Reply noContent(final String fields) {
        return new Reply(204, fields, NOTHING, false, null);
    }

    private static String sized(final int length, final String type) {
        return "Content-Length: " + length + "\r\n" + typed(type);
    }

    private static String typed(final String type) {
        return "Content-Type: " + type + "\r\n";
    }
}
