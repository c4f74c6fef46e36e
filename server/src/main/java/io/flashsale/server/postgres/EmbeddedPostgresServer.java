package io.flashsale.server.postgres;

import io.flashsale.projector.DatabaseConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service's own PostgreSQL: a real one, in a directory of the data directory, for as long as the data lives. It syncs
 * what it commits, listens on loopback only and asks for a password that stands in its directory.
 *
 * <p>The server is a process of its own in a session of its own. When the service is killed it goes on, and the next
 * {@link #start()} adopts it. Ctrl+C reaches the service and not the server, so that the projector can still catch up.
 *
 * <p>Everything, PostgreSQL's unpacked programs included, is inside the directory: see {@link PostgresFiles}.
 *
 * <p>The caller holds the lock of the data directory. One thread at a time.
 */
public final class EmbeddedPostgresServer {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgresServer.class);

    private static final String LOOPBACK = "127.0.0.1";
    private static final String SUPERUSER = "postgres";
    /** Without a sign of life. */
    private static final Duration START_PATIENCE = Duration.ofSeconds(10);
    /** With one: it may have to recover from a crash. */
    private static final Duration RECOVERY_PATIENCE = Duration.ofMinutes(2);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
    private static final String HBA_HEADER = "# Written by flash-sale: the password stands in ../password.";

    private final PostgresFiles files;
    private final String databaseName;
    private EmbeddedPostgres started;
    private Path cluster;
    private boolean adopted;
    private boolean running;

    /**
     * Assigns; starts nothing. The database is called {@code flashsale}.
     *
     * @param directory of the server's own; made if it does not exist.
     */
    public EmbeddedPostgresServer(final Path directory) {
        this(directory, "flashsale");
    }

    /**
     * Assigns; starts nothing.
     *
     * @param directory    of the server's own; made if it does not exist.
     * @param databaseName of the database; made if it does not exist.
     */
    public EmbeddedPostgresServer(final Path directory, final String databaseName) {
        files = new PostgresFiles(directory);
        this.databaseName = databaseName;
    }

    /**
     * Starts the server, or adopts the one that already runs in the directory. The first start takes seconds, since it
     * unpacks PostgreSQL and makes its files.
     *
     * @return how to reach the database, which exists.
     * @throws PostgresStartException if it does not start.
     */
    public DatabaseConfig start() {
        try {
            files.createDirectory();
            final DatabaseConfig maintenance = adoptOrStart();
            running = true;
            secure(maintenance);
            files.rememberPort(maintenance.port());
            files.remember(cluster);
            createDatabase(maintenance);
            return maintenance.withName(databaseName);
        } catch (final IOException | SQLException e) {
            throw failure(e);
        } catch (final IllegalStateException e) {
            throw failure(e);
        }
    }

    private PostgresStartException failure(final Exception cause) {
        return new PostgresStartException(
                "the own PostgreSQL in " + files.directory() + " does not start: " + cause.getMessage() + "; "
                        + files.log() + " ends with: " + files.logTail(),
                cause);
    }

    private DatabaseConfig adoptOrStart() throws IOException, SQLException {
        for (final Path candidate : files.clusters()) {
            final Optional<Postmaster> found = Postmaster.of(candidate);
            if (found.isPresent() && awaitAnswer(found.get())) {
                cluster = candidate;
                adopted = true;
                LOG.info("adopted the PostgreSQL that was left running: {}", found.get());
                return address(found.get().port());
            }
        }
        return startNew();
    }

    /** False if it ended meanwhile. */
    private boolean awaitAnswer(final Postmaster postmaster) throws IOException, SQLException {
        final long deadline = System.nanoTime() + RECOVERY_PATIENCE.toNanos();
        while (true) {
            try (Connection connection =
                    address(postmaster.port()).dataSource("flash-sale start").getConnection()) {
                requireDirectory(connection, postmaster.cluster());
                return true;
            } catch (final SQLException e) {
                if (!postmaster.isRunning()) {
                    return false;
                }
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void requireDirectory(final Connection connection, final Path expected)
            throws IOException, SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW data_directory")) {
            row.next();
            final Path served = Path.of(row.getString(1));
            if (!served.toRealPath().equals(expected.toRealPath())) {
                throw new IllegalStateException("the port that " + expected + " names serves " + served);
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresStartException("interrupted while PostgreSQL was starting", e);
        }
    }

    private DatabaseConfig startNew() throws IOException, SQLException {
        refuseRootWithoutNamespaces();
        files.removeHalfUnpackedBinaries();
        cluster = files.currentCluster();
        if (cluster == null) {
            // What was begun and never started holds nothing.
            for (final Path unfinished : files.clusters()) {
                LOG.info("{} was never completely made and is not used", unfinished);
            }
            cluster = files.newCluster();
        } else {
            Postmaster.removeStaleFile(cluster);
        }
        final int port = files.port();
        try {
            startPostmaster(port);
        } catch (final IOException e) {
            // Slow, or gone?
            final Optional<Postmaster> recovering = Postmaster.of(cluster);
            if (recovering.isEmpty() || !awaitAnswer(recovering.get())) {
                throw e;
            }
        }
        return address(port);
    }

    private void startPostmaster(final int port) throws IOException {
        // Where zonky unpacks, and where it looks for leftovers: otherwise the system's temporary directory.
        System.setProperty("ot.epg.working-dir", files.binaries().toString());
        started = configure(EmbeddedPostgres.builder())
                .setDataDirectory(cluster)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                .setPGStartupWait(START_PATIENCE)
                .setConnectConfig("password", files.password())
                .setLocaleConfig("locale", "C")
                .setOutputRedirector(Redirect.appendTo(files.log().toFile()))
                .setErrorRedirector(Redirect.appendTo(files.log().toFile()))
                .start();
    }

    /** Values reach PostgreSQL through a shell, so none has a blank. */
    private static EmbeddedPostgres.Builder configure(final EmbeddedPostgres.Builder builder) {
        return builder
                // zonky turns both off unless told.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("listen_addresses", LOOPBACK)
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("max_connections", "20")
                .setServerConfig("shared_buffers", "32MB")
                .setServerConfig("max_wal_size", "512MB")
                .setServerConfig("io_method", "sync")
                // The cores are the sale's.
                .setServerConfig("max_parallel_workers_per_gather", "0")
                .setServerConfig("max_parallel_maintenance_workers", "0")
                .setServerConfig("jit", "off")
                .setServerConfig("log_checkpoints", "off");
    }

    private static void refuseRootWithoutNamespaces() throws IOException {
        final Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        if (Integer.valueOf(0).equals(uid) && !LinuxUtils.isUnshareAvailable()) {
            throw new PostgresStartException(
                    "PostgreSQL does not run as root, and this system does not let unshare make"
                            + " a user namespace: start the service as another user, or set DB_HOST to a PostgreSQL of yours");
        }
    }

    private DatabaseConfig address(final int port) throws IOException {
        return new DatabaseConfig(LOOPBACK, port, SUPERUSER, files.password(), SUPERUSER, "disable");
    }

    /** Lets in nobody without the password; a new cluster lets in every user of the machine. */
    private void secure(final DatabaseConfig maintenance) throws IOException, SQLException {
        final Path access = cluster.resolve("pg_hba.conf");
        if (Files.readString(access).startsWith(HBA_HEADER)) {
            return;
        }
        try (Connection connection = maintenance.dataSource("flash-sale start").getConnection();
                Statement statement = connection.createStatement()) {
            // Hexadecimal, so there is nothing to quote.
            statement.execute("ALTER ROLE " + SUPERUSER + " PASSWORD '" + files.password() + "'");
            PostgresFiles.writeWhole(access, HBA_HEADER + "\nhost all all " + LOOPBACK + "/32 scram-sha-256\n");
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    private void createDatabase(final DatabaseConfig maintenance) throws SQLException {
        try (Connection connection = maintenance.dataSource("flash-sale start").getConnection();
                PreparedStatement query = connection.prepareStatement("SELECT 1 FROM pg_database WHERE datname = ?")) {
            query.setString(1, databaseName);
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    return;
                }
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE \"" + databaseName.replace("\"", "\"\"") + '"');
            }
        }
    }

    /**
     * Whether the server ran before {@link #start()}.
     *
     * @return true if it was adopted: a command that only looks should leave it running.
     */
    public boolean isAdopted() {
        return adopted;
    }

    /** Stops the server, started or adopted, within about half a minute. Without a start, or again, does nothing. */
    public void stop() {
        if (!running) {
            // Who failed to start must not stop what somebody else has started meanwhile.
            return;
        }
        try {
            if (started != null) {
                // Asks it to stop and waits for five seconds; a large checkpoint may take longer.
                started.close();
                started = null;
            }
            final Optional<Postmaster> left = Postmaster.of(cluster);
            if (left.isPresent()) {
                left.get().stop(STOP_PATIENCE);
            }
            running = false;
        } catch (final IOException e) {
            LOG.warn("the own PostgreSQL does not stop: {}", e.getMessage());
        }
    }
}
