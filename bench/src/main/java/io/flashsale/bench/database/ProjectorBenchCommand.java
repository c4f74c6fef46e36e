package io.flashsale.bench.database;

import static io.flashsale.bench.cli.CommandSettings.require;

import io.flashsale.bench.process.RunDirectory;
import io.flashsale.bench.result.BenchResult;
import io.flashsale.bench.result.ResultOptions;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.projector.AttemptsKept;
import io.flashsale.projector.DatabaseConfig;
import io.flashsale.projector.JournalDurability;
import io.flashsale.projector.Projector;
import io.flashsale.projector.ProjectorConfig;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import io.flashsale.server.postgres.PostgresStartException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.postgresql.PGConnection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The projection's rate on the command line. */
@Command(
        name = "projector",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Projects a journal of one sale into an embedded PostgreSQL, a row an attempt, as the service does, in turn",
            "with a bare COPY of the same rows out of a file: into a table without indexes, and into one with ours."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:PostgreSQL or the projector failed", "2:a setting is wrong"})
public final class ProjectorBenchCommand implements Callable<Integer> {
    private static final String GROUP = "attempts of one sale";
    private static final String PROJECTOR = "projector";
    private static final String COPY = "bare COPY";
    private static final String INDEXED = "COPY with indexes";
    private static final String RATE = "rows_per_second";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--attempts",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Rows. Default: ${DEFAULT-VALUE}.")
    private int attempts;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "After one that is not counted. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Mixin
    private ResultOptions results;

    /** For picocli. */
    public ProjectorBenchCommand() {}

    @Override
    public Integer call() throws IOException {
        require(spec, attempts >= 1_000 && attempts <= 50_000_000, "--attempts", "1000 to 50000000");
        require(spec, rounds >= 1 && rounds <= 100, "--rounds", "1 to 100");
        final PrintWriter out = spec.commandLine().getOut();
        try (RunDirectory scratch = RunDirectory.create("bench-projector-")) {
            final Path directory = scratch.path();
            final EmbeddedPostgresServer postgres = new EmbeddedPostgresServer(directory.resolve("postgres"));
            scratch.atEnd(postgres::stop);
            final BenchResult result = new BenchResult("projector", directory)
                    .setting("attempts", attempts)
                    .setting("rounds", rounds);
            out.println(result.machineLine());
            final long last = AttemptJournal.write(directory.resolve("journal"), attempts);
            final DatabaseConfig server = postgres.start();
            for (int round = 0; round <= rounds; round++) {
                round(directory, server, round, last, result, out);
            }
            for (final String series : new String[] {PROJECTOR, COPY, INDEXED}) {
                out.printf(
                        Locale.ROOT,
                        "%-18s %s rows/s%n",
                        series,
                        result.spread(GROUP, series, RATE).text(0));
            }
            out.println("projector / bare COPY: "
                    + result.ratio(GROUP, PROJECTOR, COPY, RATE).text(2));
            results.write(result, out);
            return 0;
        } catch (final IOException | SQLException | PostgresStartException e) {
            spec.commandLine().getErr().println("bench projector: " + e.getMessage());
            return 1;
        }
    }

    /** Each round has a database of its own. Round 0 warms up and is not counted. */
    private void round(
            final Path directory,
            final DatabaseConfig server,
            final int round,
            final long last,
            final BenchResult result,
            final PrintWriter out)
            throws IOException, SQLException {
        final DatabaseConfig database = server.withName("bench_" + round);
        execute(server, "CREATE DATABASE " + database.name());
        final double projected = attempts / project(directory, database, round, last);
        final Path rows = directory.resolve("rows");
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(rows));
                Connection connection = connect(database)) {
            final long copied = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (SELECT * FROM checkouts) TO STDOUT (FORMAT binary)", file);
            if (copied != attempts) {
                throw new IOException(copied + " rows for " + attempts + " attempts");
            }
        }
        final double bare = attempts / copy(database, rows, "bare", "");
        final double indexed = attempts / copy(database, rows, "indexed", " INCLUDING INDEXES");
        execute(server, "DROP DATABASE " + database.name());
        if (round > 0) {
            result.add(GROUP, PROJECTOR, round, Map.of(RATE, projected));
            result.add(GROUP, COPY, round, Map.of(RATE, bare));
            result.add(GROUP, INDEXED, round, Map.of(RATE, indexed));
        }
        out.printf(
                Locale.ROOT,
                "%s: projector %,.0f, COPY %,.0f, COPY with indexes %,.0f rows/s%n",
                round == 0 ? "warm-up" : "round " + round,
                projected,
                bare,
                indexed);
        out.flush();
    }

    /** Seconds from the projector's start, migration and item rows included, to the commit of the last row. */
    private static double project(final Path directory, final DatabaseConfig database, final int round, final long last)
            throws IOException {
        final Path mark = directory.resolve("mark-" + round);
        final long begin = System.nanoTime();
        try (Projector projector = new Projector(
                ProjectorConfig.of(database, mark, AttemptsKept.ALL),
                new ChronicleSegmentStorage(directory.resolve("journal")),
                JournalDurability.provenByJournal(mark))) {
            projector.start();
            if (!projector.awaitSequence(last, PATIENCE)) {
                throw new IOException("the projector did not finish: " + projector.status());
            }
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    /** Seconds of a COPY and its commit, into a table that nobody else uses. */
    private static double copy(
            final DatabaseConfig database, final Path rows, final String table, final String including)
            throws IOException, SQLException {
        execute(database, "CREATE TABLE " + table + " (LIKE checkouts" + including + ")");
        try (InputStream file = new BufferedInputStream(Files.newInputStream(rows));
                Connection connection = connect(database)) {
            final long begin = System.nanoTime();
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY " + table + " FROM STDIN (FORMAT binary)", file, 64 * 1_024);
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    private static Connection connect(final DatabaseConfig database) throws SQLException {
        return database.dataSource("bench").getConnection();
    }

    private static void execute(final DatabaseConfig database, final String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
