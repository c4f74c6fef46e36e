package io.flashsale.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.Decision;
import io.flashsale.engine.Outcome;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of commands. */
class ProjectorTest {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final long START = 1_800_000_000_000L;

    @TempDir
    Path directory;

    private ProjectorConfig config(final DatabaseConfig database, final AttemptsKept kept) {
        return ProjectorConfig.of(database, directory.resolve("projector.mark"), kept);
    }

    private static void project(final ProjectorConfig config, final TestJournal journal) {
        journal.flush();
        try (Projector projector = new Projector(config, journal.storage(), JournalDurability.of(journal.writer()))) {
            projector.start();
            assertTrue(
                    projector.awaitSequence(journal.sequence(), PATIENCE),
                    () -> projector.status().toString());
        }
    }

    /** One of every outcome; a purchase and a release in the batch of their checkout, and purchases in a later one. */
    private static void everyOutcome(final TestJournal journal) {
        journal.configure(4, 2, 60_000, 3_600_000);
        final long[] bought = code(journal.checkout(-7, 0, 99));
        assertEquals(Outcome.REPEATED, journal.checkout(-7, 0, 99).outcome());
        assertEquals(Outcome.ITEM_RESERVED, journal.checkout(8, 0).outcome());
        assertEquals(Outcome.PURCHASED, journal.purchase(bought[0], bought[1]));
        assertEquals(Outcome.CODE_USED, journal.purchase(bought[0], bought[1]));
        assertEquals(Outcome.ITEM_SOLD, journal.checkout(8, 0).outcome());
        assertEquals(Outcome.ITEM_UNKNOWN, journal.checkout(8, 4).outcome());
        assertEquals(
                Outcome.ITEM_UNKNOWN,
                journal.checkout(Long.MIN_VALUE, Integer.MIN_VALUE).outcome());
        final long[] given = code(journal.checkout(Long.MAX_VALUE, 1));
        assertEquals(Outcome.RELEASED, journal.release(given[0], given[1]));
        final long[] first = code(journal.checkout(10, 1));
        final long[] second = code(journal.checkout(10, 2));
        assertEquals(Outcome.USER_LIMIT_REACHED, journal.checkout(10, 3).outcome());
        final long[] third = code(journal.checkout(11, 3));
        journal.sleep(500);
        assertEquals(Outcome.PURCHASED, journal.purchase(first[0], first[1]));
        assertEquals(Outcome.PURCHASED, journal.purchase(second[0], second[1]));
        assertEquals(Outcome.PURCHASED, journal.purchase(third[0], third[1]));
        assertEquals(Outcome.SOLD_OUT, journal.checkout(12, 0).outcome());
        journal.tick();
    }

    private static long[] code(final Decision decision) {
        assertEquals(Outcome.RESERVED, decision.outcome());
        return new long[] {decision.codeHigh(), decision.codeLow()};
    }

    @Test
    void shouldWriteTheRowsOfEveryOutcome() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        try (TestJournal journal = new TestJournal(directory, START)) {
            everyOutcome(journal);
            project(config(database, AttemptsKept.ALL), journal);
            journal.expected().assertEqualTo(database);
        }
    }

    @Test
    void shouldKeepASalesAttemptsAsItWasOpenedWhenTheSettingChanges() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        try (TestJournal journal = new TestJournal(directory, START)) {
            journal.attemptsKept(AttemptsKept.ACCEPTED);
            everyOutcome(journal);
            project(config(database, AttemptsKept.ACCEPTED), journal);
            journal.attemptsKept(AttemptsKept.ALL);
            journal.checkout(1, 0);
            journal.checkout(1, 99);
            project(config(database, AttemptsKept.ALL), journal);
            journal.expected().assertEqualTo(database);
            journal.sleep(3_600_000);
            journal.checkout(1, 99);
            journal.checkout(1, 1);
            project(config(database, AttemptsKept.ALL), journal);
            journal.expected().assertEqualTo(database);
        }
    }

    /** How long it pauses is for SaleYieldTest; here it asks when a transaction begins, and again when it has ended. */
    @Test
    void shouldAskBehindATransactionWhetherTheSaleIsBusy() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        final AtomicLong asked = new AtomicLong();
        try (TestJournal journal = new TestJournal(directory, START)) {
            everyOutcome(journal);
            project(config(database, AttemptsKept.ALL).yieldingTo(() -> 10_000 * asked.incrementAndGet()), journal);
            journal.expected().assertEqualTo(database);
        }
        assertTrue(asked.get() >= 2, "asked " + asked + " times");
    }

    /** Sales of ten seconds over two hours of partitions, holds that outlive their sale, several restarts. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldAgreeWithThePlainModelOnRandomCommands(final long seed) throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        final Random random = new Random(seed);
        try (TestJournal journal = new TestJournal(directory, START + 3_600_000 - 40_000)) {
            journal.configure(20, 3, 8_000, 10_000);
            for (int round = 0; round < 4; round++) {
                randomCommands(journal, random, 3_000);
                project(config(database, AttemptsKept.ALL).withBatchCommands(1 + random.nextInt(700)), journal);
            }
            assertTrue(
                    journal.expected().sales() > 4,
                    "sales " + journal.expected().sales());
            assertTrue(
                    journal.expected().purchases() > 20,
                    "purchases " + journal.expected().purchases());
            journal.expected().assertEqualTo(database);
        }
    }

    static void randomCommands(final TestJournal journal, final Random random, final int count) {
        final List<long[]> codes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final int dice = random.nextInt(100);
            final long[] code = codes.isEmpty() ? new long[2] : codes.get(random.nextInt(codes.size()));
            if (dice < 70) {
                final Decision d = journal.checkout(random.nextInt(30), random.nextInt(22), random.nextInt(20));
                if (d.outcome() == Outcome.RESERVED) {
                    codes.add(new long[] {d.codeHigh(), d.codeLow()});
                }
            } else if (dice < 80) {
                journal.purchase(code[0], code[1]);
            } else if (dice < 90) {
                journal.release(code[0], code[1]);
            } else if (dice < 98) {
                journal.sleep(random.nextInt(200));
            } else {
                journal.tick();
            }
            if (codes.size() > 12) {
                codes.remove(0);
            }
        }
        journal.flush();
    }

    @Test
    void shouldSurviveMoreItemsThanFitIntoOneCopy() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        try (TestJournal journal = new TestJournal(directory, START)) {
            journal.configure(20_000, 10, 60_000, 3_600_000);
            journal.checkout(1, 19_999);
            project(config(database, AttemptsKept.ALL), journal);
            journal.expected().assertEqualTo(database);
        }
    }

    @Test
    void shouldMakePartitionsAheadOfTheNextHour() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        try (TestJournal journal = new TestJournal(directory, START)) {
            journal.configure(1, 1, 1_000, 3_600_000);
            project(config(database, AttemptsKept.ALL), journal);
            assertEquals(
                    "checkouts_20270115_08,checkouts_20270115_09,sale_items_20270115_08,sale_items_20270115_09",
                    TestPostgres.value(
                            database,
                            "SELECT string_agg(inhrelid::regclass::text, ',' ORDER BY inhrelid::regclass::text) FROM pg_inherits"
                                    + " WHERE inhparent IN ('checkouts'::regclass, 'sale_items'::regclass)"));
        }
    }

    @Test
    void shouldCatchUpWithAJournalThatIsClosed() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        final TestJournal journal = new TestJournal(directory, START);
        everyOutcome(journal);
        journal.close();
        project(config(database, AttemptsKept.ALL), journal);
        journal.expected().assertEqualTo(database);
    }

    @Test
    void shouldNotKeepALoneCommandWaiting() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        try (TestJournal journal = new TestJournal(directory, START);
                Projector projector = new Projector(
                        config(database, AttemptsKept.ALL),
                        journal.storage(),
                        JournalDurability.of(journal.writer()))) {
            journal.configure(1_000, 10, 60_000, 3_600_000);
            journal.flush();
            projector.start();
            assertTrue(projector.awaitSequence(journal.sequence(), PATIENCE));
            final long[] micros = new long[100];
            for (int item = 0; item < micros.length; item++) {
                final long began = System.nanoTime();
                journal.checkout(item, item);
                journal.flush();
                assertTrue(projector.awaitSequence(journal.sequence(), PATIENCE));
                micros[item] = (System.nanoTime() - began) / 1_000;
            }
            Arrays.sort(micros);
            System.out.println("a lone command is a row after " + micros[50] + " us (median), " + micros[99]
                    + " us (longest of 100)");
            assertTrue(micros[50] < 500_000, Arrays.toString(micros));
        }
    }

    /** The rows that schema/formats/database.md shows. */
    @Test
    void shouldWriteTheDocumentedRows() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        try (TestJournal journal = new TestJournal(directory, START)) {
            journal.configure(10_000, 10, 120_000, 3_600_000);
            journal.sleep(1_000);
            final long[] code = code(journal.checkout(7, 0, 99));
            journal.checkout(8, 0);
            journal.checkout(7, 0, 99);
            journal.checkout(8, 99_999);
            journal.sleep(500);
            journal.purchase(code[0], code[1]);
            project(config(database, AttemptsKept.ALL), journal);
        }
        assertRows(
                database,
                "SELECT * FROM sales",
                "1800000000|2027-01-15 08:00:00+00|2027-01-15 09:00:00+00|10000|10|all");
        assertRows(
                database,
                "SELECT * FROM sale_items ORDER BY item_id LIMIT 2",
                "1800000000|0|2027-01-15 08:00:00+00|Amber Backpack 0|/items/0/image.svg|t|7|2027-01-15 08:00:01.5+00",
                "1800000000|1|2027-01-15 08:00:00+00|Brass Blanket 1|/items/1/image.svg|f||");
        assertRows(
                database,
                "SELECT * FROM checkouts ORDER BY sequence",
                "1800000000|2|7|0|6b49d200-0000-8000-8000-0000000000d9|RESERVED|2027-01-15 08:00:01+00"
                        + "|2027-01-15 08:02:01+00|2027-01-15 08:00:01.5+00|",
                "1800000000|3|8|0||ITEM_RESERVED|2027-01-15 08:00:01+00|||",
                "1800000000|4|7|0||REPEATED|2027-01-15 08:00:01+00|||",
                "1800000000|5|8|99999||ITEM_UNKNOWN|2027-01-15 08:00:01+00|||");
        assertEquals(
                "1800000000",
                TestPostgres.value(
                        database,
                        "SELECT ('x' || left(code::text, 8))::bit(32)::bigint FROM checkouts WHERE code IS NOT NULL"));
    }

    private static void assertRows(final DatabaseConfig database, final String sql, final String... rows)
            throws SQLException {
        final List<String> found = new ArrayList<>();
        try (Connection connection = database.dataSource("test").getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'");
            try (ResultSet result = statement.executeQuery(sql)) {
                while (result.next()) {
                    final StringBuilder row = new StringBuilder();
                    for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                        final String value = result.getString(column);
                        row.append(column == 1 ? "" : "|").append(value == null ? "" : value);
                    }
                    found.add(row.toString());
                }
            }
        }
        assertEquals(String.join("\n", rows), String.join("\n", found));
    }
}
