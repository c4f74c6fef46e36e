package io.flashsale.transport;

/**
 * Answers counted out of what a connection sent. Fails on what is not a sequence of whole answers.
 *
 * @param answers but for 100 Continue.
 * @param decided with a {@code Sale-Sequence}.
 * @param inOrder whether these counted up from 1.
 */
record AnswerTally(int answers, int decided, boolean inOrder) {
    private static final String LENGTH = "\r\nContent-Length: ";
    private static final String SEQUENCE = "\r\nSale-Sequence: ";
    private static final String STATUS_LINE = "HTTP/1.1 ";

    /** Counts. An answer to HEAD has no body; none of the service's bodies begins as an answer does. */
    static AnswerTally of(final String sent) {
        int answers = 0;
        int decided = 0;
        boolean inOrder = true;
        int next = 0;
        while (next < sent.length()) {
            final int end = sent.indexOf("\r\n\r\n", next);
            if (!sent.startsWith(STATUS_LINE, next) || end < 0) {
                throw new AssertionError("not an answer: " + sent.substring(next));
            }
            final String head = sent.substring(next, end + 2);
            next = end + 4;
            if (head.startsWith("100", STATUS_LINE.length())) {
                continue;
            }
            answers++;
            final long sequence = number(head, SEQUENCE);
            if (sequence >= 0) {
                decided++;
                inOrder &= sequence == decided;
            }
            final boolean withoutBody = next == sent.length() || sent.startsWith(STATUS_LINE, next);
            next += withoutBody ? 0 : (int) number(head, LENGTH);
            if (next > sent.length()) {
                throw new AssertionError("cut short: " + sent);
            }
        }
        return new AnswerTally(answers, decided, inOrder);
    }

    private static long number(final String head, final String field) {
        final int start = head.indexOf(field);
        if (start < 0) {
            return -1;
        }
        final int digits = start + field.length();
        return Long.parseLong(head, digits, head.indexOf('\r', digits), 10);
    }
}
