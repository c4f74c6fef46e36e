package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalSegments;
import io.flashsale.projector.DatabaseConfig;
import io.flashsale.projector.JournalRetention;
import io.flashsale.projector.ProjectionMark;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL is lost after the journal's beginning was deleted: the projector rebuilds what is left, and says what is not. */
class EmptiedDatabaseDrillTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Map<String, String> SETTINGS =
            Map.of("APP_PROJECTOR", "outside", "APP_SYNC", "never", "APP_SALE_SECONDS", "1", "APP_ITEM_NUMBER", "20");

    @TempDir
    private Path directory;

    @BeforeEach
    void shareThePrograms() throws Exception {
        SharedPrograms.useIn(directory.resolve("data/postgres"));
    }

    private ChronicleSegmentStorage storage() {
        return new ChronicleSegmentStorage(directory.resolve("data/journal"));
    }

    /** Runs the service until it has sold in a few sales, and stops it in order. */
    private void sellInSomeSales() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(PATIENCE)) {
            final ShopClient client = new ShopClient(server.address());
            final long deadline = System.nanoTime() + PATIENCE.toNanos();
            String firstSale = null;
            String sale = null;
            for (int user = 1; firstSale == null || sale.equals(firstSale) || user % 10 != 0; user++) {
                assertTrue(System.nanoTime() - deadline < 0, "no second sale");
                final ShopClient.Answer code = client.checkout(user, user % 20);
                if (code.status() == 200) {
                    client.purchase(UUID.fromString(code.body()));
                }
                sale = client.get("/sale").body().lines().findFirst().orElseThrow();
                firstSale = firstSale == null ? sale : firstSale;
            }
            awaitDurable(client, deadline);
            assertEquals(0, server.terminate(PATIENCE), server.output());
        }
    }

    /** With APP_SYNC=never somebody must sync all the same, or the projector outside would wait for ever. */
    private static void awaitDurable(final ShopClient client, final long deadline) throws Exception {
        final Pattern line = Pattern.compile("sequence (\\d+), durable through (\\d+)");
        long wanted = 0;
        long durable = -1;
        while (durable < wanted) {
            assertTrue(System.nanoTime() - deadline < 0, "durable through " + durable + " only");
            final Matcher found = line.matcher(client.get("/health/ready").body());
            assertTrue(found.find());
            wanted = wanted == 0 ? Long.parseLong(found.group(1)) : wanted;
            durable = Long.parseLong(found.group(2));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void shouldRebuildWhatIsLeftAndSayWhatIsNot() throws Exception {
        sellInSomeSales();
        sellInSomeSales();
        final JournalSegments whole = JournalSegments.of(storage());
        final long kept = whole.segments().get(1).firstSequence();
        final Path mark = directory.resolve("data/projection.mark");
        try (ProjectionMark written = new ProjectionMark(mark)) {
            written.write(new ProjectionMark.Position(whole.journalId(), kept, kept));
        }
        assertEquals(
                1,
                new JournalRetention(
                                storage(),
                                new SnapshotStore(directory.resolve("data/snapshots")),
                                Duration.ofHours(1),
                                () -> kept,
                                () -> System.currentTimeMillis()
                                        + Duration.ofHours(2).toMillis())
                        .run(),
                "the first run's segment");

        try (ServerProcess projector = ServerProcess.start(
                        directory, SETTINGS, "project", "--data-dir=" + directory.resolve("data"))
                .awaitOutput("RUNNING", PATIENCE)) {
            assertTrue(projector.output().contains("cannot be rebuilt; later ones are"), projector.output());
            assertEquals(0, projector.terminate(PATIENCE), projector.output());
        }
        assertTrue(ProjectionMark.read(mark).orElseThrow().sequence() > kept, "the mark is the new database's");
        ServerProcess.verify(directory, SETTINGS);
        assertEquals(
                "later sales only",
                ask("SELECT CASE WHEN count(*) > 0 AND min(sequence) >= " + kept
                        + " THEN 'later sales only' ELSE 'from ' || min(sequence) END FROM checkouts"));
    }

    private String ask(final String question) throws Exception {
        final EmbeddedPostgresServer postgres = new EmbeddedPostgresServer(directory.resolve("data/postgres"));
        final DatabaseConfig database = postgres.start();
        try (Connection connection = database.dataSource("drill").getConnection();
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(question)) {
            answer.next();
            return answer.getString(1);
        } finally {
            postgres.stop();
        }
    }
}
