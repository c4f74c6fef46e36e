package io.flashsale.journal;

/** Durable records are damaged or missing: the message names segment, position, sequence and the proof. */
public final class JournalCorruptException extends JournalException {
    private static final long serialVersionUID = 1L;

    /**
     * One clear line.
     *
     * @param message names segment, position, sequence and the reason.
     */
    public JournalCorruptException(final String message) {
        super(message);
    }
}
