package io.flashsale.bench.load;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What an answer says, told from its status and, for refusals, from how its sentence begins. Codes stand in history
 * files: one that is retired is never used again.
 */
public enum AnswerOutcome {
    /** 200 to a checkout. */
    RESERVED(1, 200, ""),
    /** 200 to a purchase. */
    PURCHASED(2, 200, ""),
    /** 200 to a release. */
    RELEASED(3, 200, ""),
    /** 200 to a read. */
    READ(4, 200, ""),
    /** Every item of the sale is sold. */
    SOLD_OUT(10, 409, "Every item of this sale is sold."),
    /** This one is. */
    ITEM_SOLD(11, 409, "Item is sold."),
    /** Somebody holds it. */
    ITEM_RESERVED(12, 409, "Item is held"),
    /** The user's holds and purchases. */
    USER_LIMIT_REACHED(13, 409, "User has reached the limit"),
    /** Never issued. */
    CODE_UNKNOWN(14, 409, "This service did not issue the code."),
    /** Bought already. */
    CODE_USED(15, 409, "The code was used"),
    /** Ran out or released. */
    CODE_EXPIRED(16, 409, "The hold of this code is over."),
    /** Beyond the sale's items. */
    ITEM_UNKNOWN(20, 400, "No such item in this sale."),
    /** The pipeline was full. */
    PIPELINE_FULL(30, 503, "Too many requests are waiting."),
    /** Too many answers were outstanding. */
    ANSWERS_FULL(31, 503, "Too many answers are outstanding"),
    /** The service was stopping. */
    DRAINING(32, 503, "The service is stopping."),
    /** No room for the journal. */
    OUT_OF_SPACE(33, 503, "The service has no space left"),
    /** A status or sentence that this client does not know. */
    UNRECOGNISED(90, 0, ""),
    /** No answer: whether the request was decided is not known. */
    UNANSWERED(91, 0, "");

    /** Above every code: the length of an array with a place for each. */
    static final int CODES = 92;

    private static final AnswerOutcome[] ALL = values();

    private final byte code;
    private final int status;
    private final String beginning;

    AnswerOutcome(final int code, final int status, final String beginning) {
        this.code = (byte) code;
        this.status = status;
        this.beginning = beginning;
    }

    /** In history files. */
    public byte code() {
        return code;
    }

    /**
     * The name in reports.
     *
     * @return lower case, words separated by underscores.
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the engine decided: the answer has a place in the total order. */
    public boolean isDecided() {
        return code <= ITEM_UNKNOWN.code && this != READ;
    }

    /**
     * The outcome of a code.
     *
     * @param code of a history file.
     * @return the outcome.
     * @throws IllegalArgumentException if no outcome has it.
     */
    public static AnswerOutcome of(final byte code) {
        for (final AnswerOutcome outcome : ALL) {
            if (outcome.code == code) {
                return outcome;
            }
        }
        throw new IllegalArgumentException("no outcome has the code " + code);
    }

    /**
     * The outcome of an answer.
     *
     * @param kind   of the request.
     * @param status HTTP status.
     * @param body   plain text.
     * @return {@link #UNRECOGNISED} if this client does not know it.
     */
    public static AnswerOutcome of(final RequestKind kind, final int status, final String body) {
        final byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
        return of(kind, status, bytes, bytes.length);
    }

    /** The outcome of an answer, of whose body some bytes are at hand. */
    static AnswerOutcome of(final RequestKind kind, final int status, final byte[] body, final int length) {
        if (status == 200) {
            return switch (kind) {
                case CHECKOUT -> UuidText.isUuid(body, length) ? RESERVED : UNRECOGNISED;
                case PURCHASE -> PURCHASED;
                case RELEASE -> RELEASED;
                case READ -> READ;
            };
        }
        for (final AnswerOutcome outcome : ALL) {
            if (outcome.status == status && beginsWith(body, length, outcome.beginning)) {
                return outcome;
            }
        }
        return UNRECOGNISED;
    }

    private static boolean beginsWith(final byte[] body, final int length, final String beginning) {
        if (length < beginning.length()) {
            return false;
        }
        for (int i = 0; i < beginning.length(); i++) {
            if (body[i] != beginning.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
