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
    /** Any request answered by 503: no room. */
    ANY_503,
    /** Every other status. */
    OTHER;

    static AnswerClass of(final boolean purchase, final int status) {
        return switch (status) {
            case 200 -> purchase ? PURCHASE_200 : CHECKOUT_200;
            case 409 -> purchase ? PURCHASE_409 : CHECKOUT_409;
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
