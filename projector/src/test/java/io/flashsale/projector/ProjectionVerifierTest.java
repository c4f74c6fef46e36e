package io.flashsale.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Finds whatever differs between journal and PostgreSQL, and nothing else. */
class ProjectionVerifierTest {
    @TempDir
    static Path directory;

    private static DatabaseConfig projected;
    private static TestJournal journal;

    @BeforeAll
    static void project() throws Exception {
        projected = TestPostgres.emptyDatabase();
        journal = new TestJournal(directory, ProjectorTest.START);
        journal.configure(20, 3, 8_000, 10_000);
        ProjectorTest.randomCommands(journal, new Random(5), 3_000);
        try (Projector projector = new Projector(
                ProjectorConfig.of(projected, directory.resolve("projector.mark"), AttemptsKept.ALL),
                journal.storage(),
                JournalDurability.of(journal.writer()))) {
            projector.start();
            assertTrue(projector.awaitSequence(journal.sequence(), ProjectorTest.PATIENCE));
        }
    }

    @AfterAll
    static void close() {
        journal.close();
    }

    private static VerificationReport verify(final DatabaseConfig database) throws Exception {
        return new ProjectionVerifier(database, journal.storage(), 3, sequence -> {}).verify();
    }

    @Test
    void shouldFindNoDifferenceWhereThereIsNone() throws Exception {
        final VerificationReport report = verify(projected);
        assertEquals("[]", report.firstDifferences().toString());
        assertTrue(report.isEqual());
        assertEquals(journal.expected().attempts(), report.attempts());
        assertEquals(journal.expected().purchases(), report.purchases());
        assertEquals(journal.expected().sales(), report.sales());
        assertEquals(20L * report.sales(), report.items());
        assertEquals(journal.sequence(), report.throughSequence());
    }

    @Test
    void shouldTellNothingProjectedFromADifference() throws Exception {
        final DatabaseConfig empty = TestPostgres.emptyDatabase();
        final NothingProjectedException nothing = assertThrows(NothingProjectedException.class, () -> verify(empty));
        assertTrue(nothing.getMessage().startsWith("nothing was projected yet: "), nothing.getMessage());
        assertThrows(NothingProjectedException.class, () -> verify(empty.withName("missing")));
    }

    @Test
    void shouldNotCallAProjectionEqualThatHasNothingOfTheJournal() throws Exception {
        final DatabaseConfig begun = TestPostgres.copyOf(projected);
        TestPostgres.execute(begun, "UPDATE projection_progress SET sequence = 0");
        assertTrue(verify(begun).differences() > 0, "rows that nothing explains");
        TestPostgres.execute(begun, "TRUNCATE sales, sale_items, checkouts");
        final NothingProjectedException nothing = assertThrows(NothingProjectedException.class, () -> verify(begun));
        assertTrue(nothing.getMessage().startsWith("nothing was projected yet: "), nothing.getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            UPDATE sales SET user_limit = 4 WHERE sale_id = (SELECT min(sale_id) FROM sales) | user_limit is 4, should be 3
            DELETE FROM sales WHERE sale_id = (SELECT max(sale_id) FROM sales)               | is missing in PostgreSQL
            INSERT INTO sales VALUES (7, now(), now(), 1, 1, 'all')                         | sale 7 is in PostgreSQL but not in the journal
            UPDATE sale_items SET purchased_by = -5 WHERE ctid = (SELECT min(ctid) FROM sale_items WHERE purchased) AND purchased | purchased_by is -5
            UPDATE sale_items SET item_name = 'Nothing' WHERE item_id = 3 AND sale_id = (SELECT min(sale_id) FROM sales) | item_name is Nothing
            DELETE FROM sale_items WHERE item_id = 19 AND sale_id = (SELECT max(sale_id) FROM sales) | item 19 of sale
            INSERT INTO sale_items SELECT sale_id, 20, sale_start, item_name, image_url FROM sale_items WHERE item_id = 0 LIMIT 1 | item 20 of sale
            UPDATE checkouts SET user_id = 77 WHERE sequence = 10                            | user_id is 77
            UPDATE checkouts SET outcome = 'SOLD_OUT' WHERE sequence = 10                    | outcome is SOLD_OUT
            UPDATE checkouts SET created_at = created_at + interval '1 microsecond' WHERE sequence = 10 | created_at is
            UPDATE checkouts SET purchased_at = NULL WHERE sequence = (SELECT min(sequence) FROM checkouts WHERE purchased_at IS NOT NULL) | purchased_at is null
            UPDATE checkouts SET released_at = now() WHERE sequence = (SELECT min(sequence) FROM checkouts WHERE released_at IS NULL AND code IS NOT NULL) | released_at is
            UPDATE checkouts SET code = gen_random_uuid() WHERE sequence = (SELECT min(sequence) FROM checkouts WHERE code IS NOT NULL) | code is
            DELETE FROM checkouts WHERE sequence = (SELECT max(sequence) FROM checkouts)     | is missing in PostgreSQL
            DELETE FROM checkouts WHERE sequence = 10                                        | checkout 10 of sale
            INSERT INTO checkouts SELECT sale_id, 1000000, user_id, item_id, NULL, outcome, created_at FROM checkouts WHERE sequence = 10 | checkout 1000000 of sale
            """)
    void shouldFindATamperedRow(final String tampering, final String words) throws Exception {
        final DatabaseConfig tampered = TestPostgres.copyOf(projected);
        TestPostgres.execute(tampered, tampering);
        final VerificationReport report = verify(tampered);
        assertEquals(1, report.differences(), report.firstDifferences().toString());
        assertTrue(
                report.firstDifferences().get(0).contains(words),
                report.firstDifferences().toString());
    }

    @Test
    void shouldCompareThroughTheProgressOnly() throws Exception {
        final DatabaseConfig behind = TestPostgres.copyOf(projected);
        final long all = journal.sequence();
        TestPostgres.execute(behind, "UPDATE projection_progress SET sequence = sequence - 1000");
        final VerificationReport report = verify(behind);
        assertEquals(all - 1000, report.throughSequence());
        assertTrue(report.differences() > 100);
        assertEquals(3, report.firstDifferences().size());
    }

    @Test
    void shouldRefuseAnotherJournalsDatabase() throws Exception {
        final DatabaseConfig foreign = TestPostgres.copyOf(projected);
        TestPostgres.execute(foreign, "UPDATE projection_progress SET journal_id = 4711");
        final ProjectionException refusal = assertThrows(ForeignJournalException.class, () -> verify(foreign));
        assertTrue(refusal.getMessage().contains("4711"), refusal.getMessage());
    }

    @Test
    void shouldRefuseADatabaseWithoutTables() throws Exception {
        final DatabaseConfig empty = TestPostgres.emptyDatabase();
        assertThrows(ProjectionException.class, () -> verify(empty));
    }
}
