package io.flashsale.projector;

import java.sql.SQLException;

/** Tells an outage, which passes, from an error that stays until somebody mends it; and says either in one line. */
final class DatabaseErrors {
    private DatabaseErrors() {}

    /**
     * Whether trying again is of no use: the statements do not fit what the database holds or allows.
     *
     * <p>By class of SQLSTATE: 0A not supported, 22 bad data, 23 violated constraint, 42 unknown object or no
     * privilege. Anything else, wrong passwords of a database that worked before included, may pass.
     */
    static boolean isPermanent(final SQLException e) {
        final String state = e.getSQLState();
        return state != null
                && (state.startsWith("0A")
                        || state.startsWith("22")
                        || state.startsWith("23")
                        || state.startsWith("42"));
    }

    /** The SQLException that a failure was caused by, or null. */
    static SQLException sqlCause(final Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    static String line(final Throwable failure) {
        final String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        final String text = message.strip().replaceAll("\\s*\\R\\s*", "; ");
        return failure instanceof SQLException sql && sql.getSQLState() != null
                ? text + " [" + sql.getSQLState() + "]"
                : text;
    }
}
