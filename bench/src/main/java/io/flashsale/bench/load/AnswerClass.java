package io.flashsale.bench.load;

import java.util.Locale;

/** Answers whose latencies are kept apart: they cost the server different work. */
public enum AnswerClass {
    /** A checkout answered by 200 and a code. */
    CHECKOUT_200,
    /** A checkout refused by 409. */
    CHECKOUT_409,
    /** A purchase answered by 200. */
    PURCHASE_200,
    /** A purchase refused by 409. */
    PURCHASE_409,
    /** A release answered by 200. */
    RELEASE_200,
    /** A release refused by 409. */
    RELEASE_409,
    /** A read answered by 200. */
    READ_200,
    /** Any request answered by 503: no room. */
    ANY_503,
    /** Every other status. */
    OTHER;

    static AnswerClass of(final RequestKind kind, final int status) {
        return switch (status) {
            case 200 ->
                switch (kind) {
                    case CHECKOUT -> CHECKOUT_200;
                    case PURCHASE -> PURCHASE_200;
                    case RELEASE -> RELEASE_200;
                    case READ -> READ_200;
                };
            case 409 ->
                switch (kind) {
                    case CHECKOUT -> CHECKOUT_409;
                    case PURCHASE -> PURCHASE_409;
                    case RELEASE -> RELEASE_409;
                    case READ -> OTHER;
                };
            case 503 -> ANY_503;
            default -> OTHER;
        };
    }

    /**
     * The name in reports.
     *
     * @return lower case, words separated by underscores.
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
