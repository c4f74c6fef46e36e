package io.flashsale.server.postgres;

import io.flashsale.projector.DatabaseConfig;
import java.io.IOException;
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
 * {@link #start} adopts it. Ctrl+C reaches the service and not the server, so that the projector can still catch up.
 *
 * <p>Several processes may use it at once, such as the service and a {@code replay --verify}. One at a time starts, adopts or
 * stops it ({@link PostgresTurn}); each is counted as a user from its start to its stop ({@link PostgresUsers}), and only the
 * last one's stop ends the server. Both end with the process.
 *
 * <p>Everything, PostgreSQL's unpacked programs included, is inside the directory: see {@link PostgresFiles}.
 *
 * <p>One thread at a time; another may stop it once the one that started it was interrupted.
 */
public final class EmbeddedPostgresServer {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgresServer.class);

    private static final Duration START_PATIENCE = Duration.ofMinutes(2);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
    private static final Duration LEAST_STOP_PATIENCE = Duration.ofMillis(1_500);

    private final PostgresFiles files;
    private final String databaseName;
    private volatile Path cluster;
    private volatile boolean adopted;
    private volatile boolean joined;

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
     * Starts the server, or adopts the one that already runs, within two minutes: see {@link #start(Duration)}.
     *
     * @return how to reach the database, which exists.
     * @throws PostgresStartException if it does not start.
     */
    public DatabaseConfig start() {
        return start(START_PATIENCE);
    }

    /**
     * Starts the server, or adopts the one that already runs in the directory. The first start takes seconds, since it
     * unpacks PostgreSQL and makes its files. After a failure it may be called again, and goes on where it can.
     *
     * @param patience how long to wait for another process that starts or stops it, and again for the server's answer.
     * @return how to reach the database, which exists.
     * @throws PostgresStartException if it does not start, does not answer yet, or the thread was interrupted.
     */
    public DatabaseConfig start(final Duration patience) {
        return inTurn(patience, files::createDirectory, () -> {
            join();
            final DatabaseConfig maintenance = adoptOrStart(patience);
            createDatabase(maintenance);
            return maintenance;
        });
    }

    /**
     * As {@link #start()}, for a command that only looks: makes no cluster and no database.
     *
     * @return how to reach the database, which need not exist.
     * @throws NoPostgresException    if there is nothing to look at.
     * @throws PostgresStartException if it does not start.
     */
    public DatabaseConfig startExisting() {
        return inTurn(START_PATIENCE, () -> require(Files.isDirectory(files.directory())), () -> {
            require(files.currentCluster() != null);
            join();
            return adoptOrStart(START_PATIENCE);
        });
    }

    /** What comes before the turn, which needs the directory. */
    @FunctionalInterface
    private interface Preparation {
        void run() throws IOException;
    }

    /** A start or an adoption. */
    @FunctionalInterface
    private interface Opening {
        DatabaseConfig open() throws IOException, SQLException;
    }

    private DatabaseConfig inTurn(final Duration patience, final Preparation preparation, final Opening opening) {
        final long logBegin = files.logLength();
        try {
            preparation.run();
            final PostgresTurn turn = PostgresTurn.take(files.directory(), patience);
            try {
                return opening.open().withName(databaseName);
            } finally {
                turn.close();
            }
        } catch (final PostgresStartException e) {
            throw e;
        } catch (final IOException | SQLException | RuntimeException e) {
            throw failure(e, logBegin);
        }
    }

    private void require(final boolean isThere) {
        if (!isThere) {
            throw nothingThere();
        }
    }

    private NoPostgresException nothingThere() {
        return new NoPostgresException(
                files.hadCluster()
                        ? "the files of PostgreSQL in " + files.directory()
                                + " are gone: start the service, or flash-sale"
                                + " project, and it is rebuilt from the journal"
                        : "nothing was projected yet: there is no PostgreSQL in " + files.directory()
                                + "; start the service, or flash-sale project, first");
    }

    private void join() throws IOException {
        if (!joined) {
            PostgresUsers.join(files.directory());
            joined = true;
        }
    }

    private PostgresStartException failure(final Exception cause, final long logBegin) {
        final String said = files.logTail(logBegin);
        return new PostgresStartException(
                "the own PostgreSQL in " + files.directory() + " does not start: " + PostgresStartException.line(cause)
                        + (said.isEmpty() ? "" : "; " + files.log() + " ends with: " + said),
                cause);
    }

    private DatabaseConfig adoptOrStart(final Duration patience) throws IOException, SQLException {
        final PostgresCluster made = new PostgresCluster(files);
        cluster = files.currentCluster();
        if (cluster != null) {
            final Optional<Postmaster> running = Postmaster.of(cluster);
            if (running.isPresent() && made.awaitAnswer(running.get(), patience)) {
                adopted = true;
                LOG.info("adopted the PostgreSQL that was running: {}", running.get());
                files.rememberPort(running.get().port());
                return made.address(running.get().port());
            }
        }
        adopted = false;
        SystemUser.requireUsable();
        final PostgresPrograms programs = PostgresPrograms.unpackedIn(files.binaries());
        if (cluster == null) {
            cluster = made.create(programs);
        }
        final int port = made.startOn(cluster, programs, patience);
        files.rememberPort(port);
        return made.address(port);
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
     * Whether the server ran before {@link #start}.
     *
     * @return true if it was adopted.
     */
    public boolean isAdopted() {
        return adopted;
    }

    /**
     * Whether the server that was started or adopted has a process. Cheap: a look at two files.
     *
     * @return false before a start, and once it is gone, whoever ended it.
     */
    public boolean isRunning() {
        try {
            return cluster != null && Postmaster.of(cluster).isPresent();
        } catch (final IOException e) {
            return false;
        }
    }

    /** As {@link #stop(Duration)}, with the patience that a large checkpoint may need. */
    public void stop() {
        stop(STOP_PATIENCE);
    }

    /**
     * Stops the server, started or adopted, unless another process uses it. Without a start, or again, does nothing.
     *
     * <p>Takes at most the patience, or a second and a half if that is more, and about a second more: then the server is left running,
     * as one is that somebody froze, and the next start adopts it.
     *
     * @param patience for the end that makes the next start short.
     */
    public void stop(final Duration patience) {
        if (!joined) {
            return;
        }
        joined = false;
        final Duration granted = patience.compareTo(LEAST_STOP_PATIENCE) < 0 ? LEAST_STOP_PATIENCE : patience;
        final long deadline = System.nanoTime() + granted.toNanos();
        try {
            stopUntil(deadline);
        } catch (final IOException | RuntimeException e) {
            LOG.warn(
                    "the own PostgreSQL is left running; the next start adopts it: {}", PostgresStartException.line(e));
        }
    }

    private void stopUntil(final long deadline) throws IOException {
        PostgresTurn turn = null;
        try {
            turn = PostgresTurn.take(files.directory(), until(deadline));
            stopIfLast(deadline);
        } finally {
            // Within the turn: two who leave at once would otherwise each take the other for a user.
            PostgresUsers.leave(files.directory());
            if (turn != null) {
                turn.close();
            }
        }
    }

    private void stopIfLast(final long deadline) throws IOException {
        if (!PostgresUsers.isLast(files.directory())) {
            if (!adopted) {
                LOG.info("the own PostgreSQL is used by another process, which stops it at its end");
            }
            return;
        }
        final Path current = files.currentCluster();
        final Optional<Postmaster> running = current == null ? Optional.empty() : Postmaster.of(current);
        if (running.isPresent() && !running.get().stop(files.log(), until(deadline))) {
            LOG.warn(
                    "the own PostgreSQL does not stop and is left running; the next start adopts it: {}",
                    running.get());
        }
    }

    private static Duration until(final long deadlineNanos) {
        return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    }
}
