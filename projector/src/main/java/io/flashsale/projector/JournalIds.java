package io.flashsale.projector;

/** How a journal's identity is written, the same everywhere: the number that projection_progress shows, and in hex. */
final class JournalIds {
    private JournalIds() {}

    static String text(final long journalId) {
        return journalId + " (" + Long.toHexString(journalId) + ")";
    }
}
