package io.flashsale.bench.drill;

import io.flashsale.bench.process.EndHook;
import io.flashsale.projector.DatabaseConfig;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/** A PostgreSQL beside the service, so that something can happen to it alone. For one thread, except {@link #close()}. */
final class DrillDatabase implements AutoCloseable {
    private static final String NAME = "flashsale";

    private final Path directory;
    private final EmbeddedPostgresServer postgres;
    private EndHook hook;
    private DatabaseConfig config;

    /** Assigns; starts nothing. */
    DrillDatabase(final Path directory) {
        this.directory = directory;
        postgres = new EmbeddedPostgresServer(directory);
    }

    /** Starts it, or starts it again. It is stopped at the end of this JVM at the latest. */
    DatabaseConfig start() {
        if (hook == null) {
            hook = EndHook.add("drill-database-stop", postgres::stop);
        }
        config = postgres.start();
        return config;
    }

    void stop() {
        postgres.stop();
    }

    /** Replaces the database by an empty one. */
    void empty() throws SQLException {
        execute("DROP DATABASE IF EXISTS " + NAME + " WITH (FORCE)", "CREATE DATABASE " + NAME);
    }

    private void execute(final String... statements) throws SQLException {
        try (Connection connection = config.withName("postgres")
                        .dataSource("flash-sale drill")
                        .getConnection();
                Statement statement = connection.createStatement()) {
            for (final String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Where the cluster's files are; stopped, they may be copied and replaced. */
    Path files() throws IOException {
        return postmasterFile().getParent();
    }

    private Path postmasterFile() throws IOException {
        try (Stream<Path> tree = Files.walk(directory, 3)) {
            return tree.filter(path -> path.endsWith("postmaster.pid"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("PostgreSQL does not run in " + directory));
        }
    }

    /** The server's first process. */
    ProcessHandle postmaster() throws IOException {
        final long pid =
                Long.parseLong(Files.readAllLines(postmasterFile()).get(0).trim());
        return ProcessHandle.of(pid).orElseThrow(() -> new IOException("PostgreSQL, process " + pid + ", is gone"));
    }

    /** All of its processes. */
    List<ProcessHandle> processes() throws IOException {
        final ProcessHandle postmaster = postmaster();
        return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    }

    @Override
    public void close() {
        postgres.stop();
        if (hook != null) {
            hook.close();
        }
    }
}
