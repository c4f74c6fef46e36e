package io.flashsale.server.cli;

/** A command cannot do what it was asked to, for a reason that the operator can mend. The message is one clear line. */
public final class CommandFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * States the reason.
     *
     * @param message one line for the operator.
     */
    public CommandFailedException(final String message) {
        super(message);
    }

    /**
     * States the reason.
     *
     * @param message one line for the operator.
     * @param cause   for those who debug.
     */
    public CommandFailedException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
