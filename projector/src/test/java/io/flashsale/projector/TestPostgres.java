package io.flashsale.projector;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A real server that the tests of this JVM share; each test has a database of its own. */
final class TestPostgres {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static EmbeddedPostgres shared;

    private TestPostgres() {}

    static DatabaseConfig emptyDatabase() throws SQLException {
        final String name = "test_" + DATABASES.incrementAndGet();
        execute(server(), "CREATE DATABASE " + name);
        return server().withName(name);
    }

    /** Of the shared server, its maintenance database. */
    static synchronized DatabaseConfig server() {
        if (shared == null) {
            try {
                shared = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setServerConfig("listen_addresses", "127.0.0.1")
                        .setServerConfig("shared_buffers", "32MB")
                        .start();
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return config(shared.getPort());
    }

    static DatabaseConfig config(final int port) {
        return new DatabaseConfig("127.0.0.1", port, "postgres", "", "postgres", "disable");
    }

    /** What is now in a database, in a new one. */
    static DatabaseConfig copyOf(final DatabaseConfig config) throws SQLException {
        final String name = "test_" + DATABASES.incrementAndGet();
        execute(server(), "CREATE DATABASE " + name + " TEMPLATE " + config.name());
        return server().withName(name);
    }

    static void execute(final DatabaseConfig config, final String sql) throws SQLException {
        try (Connection connection = config.dataSource("test").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Sends a signal to one of its processes. */
    static void signal(final String name, final String process) throws IOException, InterruptedException {
        final Process kill =
                new ProcessBuilder("kill", "-" + name, process).inheritIO().start();
        if (kill.waitFor() != 0) {
            throw new IOException("kill -" + name + " " + process + " ended with " + kill.exitValue());
        }
    }

    static String value(final DatabaseConfig config, final String sql) throws SQLException {
        try (Connection connection = config.dataSource("test").getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }
}
