package io.flashsale.journal;

/** The storage failed, or the journal was used after it had failed. Never expected; the owner stops the process. */
public class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure that the journal found itself.
     *
     * @param message says what happened, and where.
     */
    public JournalException(final String message) {
        super(message);
    }

    /**
     * A failure that came from below.
     *
     * @param message says what was being done, and where.
     * @param cause   as thrown by the storage.
     */
    public JournalException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
