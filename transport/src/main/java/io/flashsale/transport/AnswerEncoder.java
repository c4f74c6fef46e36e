package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.flashsale.engine.SaleCode;

/** Encodes answers, as plain text and as JSON, without allocating. One for each event loop. */
final class AnswerEncoder {
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] LENGTH = ascii("Content-Length: ");
    private static final byte[] SEQUENCE = ascii("Sale-Sequence: ");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");

    private static final byte[] CODE_MEMBER = ascii("{\"code\":\"");
    private static final byte[] SALE_MEMBER = ascii("\",\"sale_id\":");
    private static final byte[] ITEM_MEMBER = ascii(",\"item_id\":");
    private static final byte[] USER_MEMBER = ascii(",\"user_id\":");
    private static final byte[] EXPIRES_MEMBER = ascii(",\"expires_at\":\"");
    private static final byte[] QUOTE = ascii("\"");
    private static final byte[] SEQUENCE_MEMBER = ascii(",\"sale_sequence\":");
    private static final byte[] END = ascii("}");

    private final AnswerBuffer members = new AnswerBuffer();

    /** Tells the client to send the body. */
    void addContinue(final AnswerBuffer out) {
        out.put(CONTINUE);
    }

    /**
     * One answer.
     *
     * @param out   receives it.
     * @param reply what is the same for everybody.
     * @param entry what is this request's own.
     * @param date  the whole {@code Date} field.
     */
    void add(final AnswerBuffer out, final Reply reply, final Entry entry, final byte[] date) {
        out.put(reply.head);
        if (reply.open) {
            composeMembers(entry);
            out.put(LENGTH);
            out.putDecimal(reply.body.length + members.length());
            out.put(CRLF);
        }
        out.put(date);
        final boolean decided = entry.state == Entry.State.DECIDED;
        if (decided) {
            out.put(SEQUENCE);
            out.putDecimal(entry.sequence);
            out.put(CRLF);
        }
        if (entry.closes) {
            out.put(CLOSE);
        } else if (entry.confirmsKeepAlive) {
            out.put(KEEP_ALIVE);
        }
        out.put(CRLF);
        if (!entry.withoutBody) {
            out.put(reply.body);
            if (reply.open) {
                out.put(members);
            } else if (decided && Replies.issuesCode(entry.outcome)) {
                out.putCode(entry.codeHigh, entry.codeLow);
            }
        }
    }

    /** The members of the JSON object that are this request's own, and its end. */
    private void composeMembers(final Entry entry) {
        members.clear();
        if (entry.state == Entry.State.DECIDED) {
            if (Replies.of(entry.outcome).status == 200) {
                composeAccepted(entry);
            }
            members.put(SEQUENCE_MEMBER);
            members.putDecimal(entry.sequence);
        }
        members.put(END);
    }

    private void composeAccepted(final Entry entry) {
        members.put(CODE_MEMBER);
        members.putCode(entry.codeHigh, entry.codeLow);
        members.put(SALE_MEMBER);
        members.putDecimal(SaleCode.saleId(entry.codeHigh));
        members.put(ITEM_MEMBER);
        members.putDecimal(SaleCode.item(entry.codeHigh));
        members.put(USER_MEMBER);
        members.putDecimal(entry.user);
        if (Replies.issuesCode(entry.outcome)) {
            members.put(EXPIRES_MEMBER);
            members.putTime(entry.expiresAtMillis);
            members.put(QUOTE);
        }
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(US_ASCII);
    }
}
