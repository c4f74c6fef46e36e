package io.flashsale.projector;

import io.flashsale.engine.Outcome;

/** Which checkout attempts become rows. Fixed for a sale when it opens; the journal has all of them either way. */
public enum AttemptsKept {
    /** Every attempt, refused ones too. */
    ALL("all"),
    /** Those that were answered with a code. */
    ACCEPTED("accepted");

    private final String label;

    AttemptsKept(final String label) {
        this.label = label;
    }

    /**
     * As it stands in {@code sales.attempts_kept}.
     *
     * @return lower case.
     */
    public String label() {
        return label;
    }

    /**
     * The value with a label.
     *
     * @param label as it stands in the database.
     * @return the value.
     * @throws IllegalArgumentException if there is none.
     */
    public static AttemptsKept of(final String label) {
        for (final AttemptsKept kept : values()) {
            if (kept.label.equals(label)) {
                return kept;
            }
        }
        throw new IllegalArgumentException("unknown attempts_kept: " + label);
    }

    boolean keeps(final Outcome outcome) {
        return this == ALL || outcome == Outcome.RESERVED || outcome == Outcome.REPEATED;
    }
}
