package io.flashsale.server.postgres;

/** Nobody has made a PostgreSQL yet where one was only looked for; or its files are gone, and nobody has made others yet. */
public final class NoPostgresException extends PostgresStartException {
    private static final long serialVersionUID = 1L;

    NoPostgresException(final String message) {
        super(message);
    }
}
