package io.flashsale.engine;

/** The bytes are not a snapshot that this build can read, or they are damaged. The message says which. */
public final class SnapshotFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * States what is wrong.
     *
     * @param message one line.
     */
    public SnapshotFormatException(final String message) {
        super(message);
    }
}
