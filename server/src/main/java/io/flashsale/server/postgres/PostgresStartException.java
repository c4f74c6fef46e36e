package io.flashsale.server.postgres;

/** The service's own PostgreSQL does not start. The message says why and what to do. */
public final class PostgresStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PostgresStartException(final String message) {
        super(message);
    }

    PostgresStartException(final String message, final Throwable cause) {
        super(message, cause);
    }
}
