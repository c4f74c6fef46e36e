package io.flashsale.bench.drill;

/** The service did not keep what it promised. The message says which promise. */
public final class DrillFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private DrillFailedException(final String message) {
        super(message);
    }

    /**
     * Fails the drill unless a promise was kept.
     *
     * @param kept      whether it was.
     * @param otherwise what to say if not.
     */
    static void require(final boolean kept, final String otherwise) {
        if (!kept) {
            throw new DrillFailedException(otherwise);
        }
    }
}
