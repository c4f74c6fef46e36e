package io.flashsale.server.postgres;

import java.nio.file.FileSystemException;

/** The service's own PostgreSQL does not start. The message says why and what to do. */
public class PostgresStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    PostgresStartException(final String message) {
        super(message);
    }

    PostgresStartException(final String message, final Throwable cause) {
        super(message, cause);
    }

    /** A failure in one line, with the kind of an IOException whose message is only a path. */
    static String line(final Throwable failure) {
        final String message = failure.getMessage();
        final boolean onlyPath = failure instanceof FileSystemException file && file.getReason() == null;
        final String kind = failure.getClass().getSimpleName();
        final String text = message == null ? kind : onlyPath ? kind + ": " + message : message;
        return text.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
