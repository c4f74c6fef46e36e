package io.flashsale.projector;

/** The database has no projection, or not yet: there is nothing to compare the journal with, and so no difference either. */
public final class NothingProjectedException extends ProjectionException {
    private static final long serialVersionUID = 1L;

    NothingProjectedException(final String found, final Throwable cause) {
        super("nothing was projected yet: " + found + "; start the service, or flash-sale project, first", cause);
    }
}
