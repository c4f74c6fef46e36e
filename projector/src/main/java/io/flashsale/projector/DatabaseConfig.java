package io.flashsale.projector;

import java.util.Objects;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where PostgreSQL is. Immutable.
 *
 * @param host     name or address.
 * @param port     1 to 65,535.
 * @param user     to log in as.
 * @param password of the user; empty if none is needed. Never printed.
 * @param name     of the database.
 * @param sslMode  as libpq knows it: disable, allow, prefer, require, verify-ca, verify-full.
 */
public record DatabaseConfig(String host, int port, String user, String password, String name, String sslMode) {
    private static final int CONNECT_SECONDS = 5;
    /**
     * For one answer. The largest statements are the COPY of 50,000 rows and the UPDATE by as many: a second or two here, so
     * that even a disk thirty times slower answers, and only a connection that is gone or a server that hangs runs into it.
     */
    static final int SOCKET_SECONDS = 60;

    private static final int PATIENT_SOCKET_SECONDS = 3_600;

    /** Validates. */
    public DatabaseConfig {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(password, "password");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(sslMode, "sslMode");
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be 1 to 65535, not " + port);
        }
    }

    /**
     * The same server with another database.
     *
     * @param database name.
     * @return a new configuration.
     */
    public DatabaseConfig withName(final String database) {
        return new DatabaseConfig(host, port, user, password, database, sslMode);
    }

    /**
     * A source of connections that gives up on a server that does not answer.
     *
     * @param application that PostgreSQL shows in {@code pg_stat_activity}.
     * @return a new source; it holds no connection.
     */
    public DataSource dataSource(final String application) {
        return dataSource(application, CONNECT_SECONDS, SOCKET_SECONDS);
    }

    /** For statements that read whole tables before they answer. */
    DataSource patientDataSource(final String application) {
        return dataSource(application, CONNECT_SECONDS, PATIENT_SOCKET_SECONDS);
    }

    /**
     * As {@link #dataSource(String)}, with limits of one's own.
     *
     * @param application    that PostgreSQL shows in {@code pg_stat_activity}.
     * @param connectSeconds longest wait for a connection and its login.
     * @param socketSeconds  longest wait for an answer.
     * @return a new source; it holds no connection.
     */
    public DataSource dataSource(final String application, final int connectSeconds, final int socketSeconds) {
        return dataSource(application, connectSeconds, connectSeconds, socketSeconds);
    }

    /** As {@link #dataSource(String, int, int)}, with a limit of its own for the login as a whole; 0 for none. */
    DataSource dataSource(
            final String application, final int connectSeconds, final int loginSeconds, final int socketSeconds) {
        final PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {host});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(name);
        source.setUser(user);
        source.setPassword(password);
        source.setSslMode(sslMode);
        source.setApplicationName(application);
        source.setConnectTimeout(connectSeconds);
        source.setLoginTimeout(loginSeconds);
        source.setSocketTimeout(socketSeconds);
        source.setCancelSignalTimeout(1);
        source.setTcpKeepAlive(true);
        source.setSocketFactory(BoundedCloseSockets.class.getName());
        // Statements are planned for the sales that they touch, so that only those partitions are looked at.
        source.setPrepareThreshold(0);
        return source;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "postgresql://" + user + "@" + host + ":" + port + "/" + name + "?sslmode=" + sslMode;
    }
}
