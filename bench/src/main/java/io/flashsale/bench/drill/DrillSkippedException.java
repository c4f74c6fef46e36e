package io.flashsale.bench.drill;

/** A step cannot be carried out here. The message says what is missing. */
final class DrillSkippedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private DrillSkippedException(final String message) {
        super(message);
    }

    /** Skips the step unless something is there that it needs. */
    static void needs(final boolean isThere, final String otherwise) {
        if (!isThere) {
            throw new DrillSkippedException(otherwise);
        }
    }
}
