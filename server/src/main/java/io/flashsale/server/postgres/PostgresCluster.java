package io.flashsale.server.postgres;

import io.flashsale.projector.DatabaseConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a cluster, starts a server on it, and waits for the server's answer. The caller has the {@link PostgresTurn}; an
 * interrupted thread gives up at once or within the second that a server has for an answer.
 */
final class PostgresCluster {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresCluster.class);

    private static final String LOOPBACK = "127.0.0.1";
    private static final String SUPERUSER = "postgres";
    /** For the files of an empty cluster: a second, or minutes on a disk that is busy. */
    private static final Duration CREATE_PATIENCE = Duration.ofMinutes(5);

    private static final String CONNECTION_FAILURE = "08";
    /** What the driver says without asking the server, as if the password is empty. */
    private static final String NO_LOGIN = "08004";
    /** Being stopped, ended after a crash of one of its processes, cannot connect now, too many connections. */
    private static final Set<String> PASSING = Set.of("57P01", "57P02", "57P03", "53300");

    private static final int ANSWER_SECONDS = 1;
    private static final int POLL_MILLIS = 100;

    /** Values reach PostgreSQL through a shell, so none has a blank. */
    private static final List<String> SETTINGS = List.of(
            "listen_addresses=" + LOOPBACK,
            "unix_socket_directories=",
            "max_connections=20",
            "shared_buffers=32MB",
            "max_wal_size=512MB",
            "io_method=sync",
            // The cores are the sale's.
            "max_parallel_workers_per_gather=0",
            "max_parallel_maintenance_workers=0",
            "jit=off",
            "log_checkpoints=off",
            // Whatever postgresql.conf says.
            "fsync=on",
            "synchronous_commit=on");

    /** Without any of these no server runs on a cluster. */
    private static final List<String> LASTING = List.of("PG_VERSION", "global/pg_control", "pg_wal", "pg_xact", "base");

    private final PostgresFiles files;

    PostgresCluster(final PostgresFiles files) {
        this.files = files;
    }

    DatabaseConfig address(final int port) throws IOException {
        return new DatabaseConfig(LOOPBACK, port, SUPERUSER, files.password(), SUPERUSER, "disable");
    }

    /** Makes an empty cluster that lets in nobody without the password. It becomes the current one when it is whole. */
    Path create(final PostgresPrograms programs) throws IOException {
        if (files.hadCluster()) {
            LOG.warn(
                    "the files of PostgreSQL in {} are gone: it begins with empty ones, and is filled from the journal",
                    files.directory());
        }
        // What was begun and never finished holds nothing; an initdb that outlived its service may still write there.
        for (final Path unfinished : files.clusters()) {
            LOG.info("{} was never completely made and is not used", unfinished);
        }
        final Path cluster = files.newCluster();
        files.password();
        boolean made = false;
        try {
            made = programs.run(
                    files.log(),
                    CREATE_PATIENCE,
                    "initdb",
                    "--auth=scram-sha-256",
                    "--username=" + SUPERUSER,
                    "--pwfile=" + files.passwordFile(),
                    "--encoding=UTF8",
                    "--locale=C",
                    "--sync-method=syncfs",
                    "--pgdata=" + cluster);
        } finally {
            if (!made && Files.exists(cluster)) {
                PostgresFiles.delete(cluster);
            }
        }
        if (!made) {
            throw new IOException("initdb failed");
        }
        PostgresFiles.writeWhole(
                cluster.resolve("pg_hba.conf"),
                "# Written by flash-sale: the password stands in ../password.\nhost all all " + LOOPBACK
                        + "/32 scram-sha-256\n");
        files.remember(cluster);
        return cluster;
    }

    /**
     * Starts a server and waits for its answer.
     *
     * @return its port.
     */
    int startOn(final Path cluster, final PostgresPrograms programs, final Duration patience)
            throws IOException, SQLException {
        Postmaster.removeStaleFile(cluster);
        final int port = files.port();
        final long seconds = Math.max(1, patience.toSeconds());
        final Process starting = programs.start(
                files.log(),
                "pg_ctl",
                "start",
                "-s",
                "-w",
                "-t",
                Long.toString(seconds),
                "-D",
                cluster.toString(),
                "-l",
                files.log().toString(),
                "-o",
                "-p " + port + " -c " + String.join(" -c ", SETTINGS));
        final boolean started = await(starting, cluster, seconds);
        // Slow, as after a crash, or gone?
        final Optional<Postmaster> running = Postmaster.of(cluster);
        if (running.isEmpty() || !awaitAnswer(running.get(), started ? patience : Duration.ZERO)) {
            final List<String> lost = LASTING.stream()
                    .filter(name -> !Files.exists(cluster.resolve(name)))
                    .toList();
            throw new IOException(
                    "it ended" + (lost.isEmpty() ? "" : "; " + cluster + " has lost " + lost + ": " + remedy()));
        }
        return running.get().port();
    }

    private String remedy() {
        return "stop the service, delete " + files.directory()
                + ", and start it: PostgreSQL is rebuilt from the journal";
    }

    private static boolean await(final Process starting, final Path cluster, final long seconds) throws IOException {
        try {
            return starting.waitFor(seconds + 2, TimeUnit.SECONDS) && starting.exitValue() == 0;
        } catch (final InterruptedException e) {
            awaitProcess(starting, cluster);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL was starting", e);
        } finally {
            starting.destroy();
        }
    }

    /** Who stops a server that is being started has to find it by the file that it writes first. */
    private static void awaitProcess(final Process starting, final Path cluster) throws IOException {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
        while (starting.isAlive() && Postmaster.of(cluster).isEmpty() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** False if it ended meanwhile. */
    boolean awaitAnswer(final Postmaster postmaster, final Duration patience) throws IOException, SQLException {
        final long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            try (Connection connection = address(postmaster.port())
                    .dataSource("flash-sale start", ANSWER_SECONDS, ANSWER_SECONDS)
                    .getConnection()) {
                requireDirectory(connection, postmaster.cluster());
                return true;
            } catch (final SQLException e) {
                if (!postmaster.isRunning()) {
                    return false;
                }
                if (!mayPass(e.getSQLState())) {
                    throw new SQLException(
                            "it runs but refuses (" + postmaster + "): " + e.getMessage()
                                    + "; if files of it are lost, " + remedy(),
                            e.getSQLState(),
                            e);
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new SQLException(
                            "it runs but does not answer (" + postmaster + "): " + e.getMessage(), e.getSQLState(), e);
                }
                pause();
            }
        }
    }

    /** A server that starts, recovers, ends or has no connection left will answer or be gone; other refusals are for good. */
    private static boolean mayPass(final String state) {
        return state == null
                || PASSING.contains(state)
                || (state.startsWith(CONNECTION_FAILURE) && !NO_LOGIN.equals(state));
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

    private static void pause() throws IOException {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while PostgreSQL was starting", e);
        }
    }
}
