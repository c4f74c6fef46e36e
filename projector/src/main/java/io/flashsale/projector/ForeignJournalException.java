package io.flashsale.projector;

/** The database belongs to another journal: writing to it would mix the sales of two services. */
public final class ForeignJournalException extends ProjectionException {
    private static final long serialVersionUID = 1L;

    ForeignJournalException(final long ours, final String theirs, final String database) {
        super("database \"" + database + "\" holds the projection of journal " + theirs + ", but this is journal "
                + JournalIds.text(ours) + ": set DB_NAME to another or an empty database, or APP_DATA_DIR to the data"
                + " directory of journal " + theirs);
    }
}
