package io.flashsale.projector;

/** The projection cannot go on until somebody looks. The message is one line that says why and what to do. */
public class ProjectionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * Without a cause.
     *
     * @param message for the operator.
     */
    public ProjectionException(final String message) {
        super(message);
    }

    /**
     * With a cause.
     *
     * @param message for the operator.
     * @param cause   what was thrown.
     */
    public ProjectionException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
