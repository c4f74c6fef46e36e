package io.flashsale.projector;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;

/** Rows of a table in the order of their key, fetched a few thousand at a time: the database's side of a merge. */
final class RowCursor implements AutoCloseable {
    private static final int FETCH_ROWS = 4_096;

    private final Statement statement;
    private final ResultSet rows;
    private boolean present;

    /** Stands on the first row. The connection is in a transaction, as a server-side cursor needs. */
    RowCursor(final Connection connection, final String sql) throws SQLException {
        statement = connection.createStatement();
        try {
            statement.setFetchSize(FETCH_ROWS);
            rows = statement.executeQuery(sql);
            present = rows.next();
        } catch (final SQLException e) {
            statement.close();
            throw e;
        }
    }

    boolean isPresent() {
        return present;
    }

    void advance() throws SQLException {
        present = rows.next();
    }

    long bigint(final int column) throws SQLException {
        return rows.getLong(column);
    }

    String text(final int column) throws SQLException {
        return rows.getString(column);
    }

    Boolean bool(final int column) throws SQLException {
        final boolean value = rows.getBoolean(column);
        return rows.wasNull() ? null : Boolean.valueOf(value);
    }

    Long number(final int column) throws SQLException {
        final long value = rows.getLong(column);
        return rows.wasNull() ? null : Long.valueOf(value);
    }

    /** A timestamptz as an instant, which shows microseconds that should not be there, too. */
    Object time(final int column) throws SQLException {
        final OffsetDateTime value = rows.getObject(column, OffsetDateTime.class);
        return value == null ? null : value.toInstant();
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
