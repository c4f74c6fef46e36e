package io.flashsale.server.lifecycle;

/** Ends a start, between two of its phases, because the service was told to stop. */
final class StopRequestedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StopRequestedException(final String phase) {
        super("told to stop during its start, after: " + phase);
    }
}
