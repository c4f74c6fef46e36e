package io.flashsale.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.Decision;
import io.flashsale.engine.Outcome;
import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.JournalException;
import io.flashsale.journal.JournalSegments;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.journal.SyncPolicy;
import io.flashsale.projector.ProjectorStatus.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Projection and its verification where the journal's beginning, or PostgreSQL's oldest sales, are gone. */
class RetentionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long START = 1_800_000_000_000L;
    private static final int ITEMS = 40;

    @TempDir
    Path directory;

    private final Random random = new Random(3);

    private SnapshotStore snapshots() {
        return new SnapshotStore(directory.resolve("snapshots"));
    }

    private TestJournal journal() {
        return new TestJournal(
                directory.resolve("journal"), START, new JournalConfig(SyncPolicy.NEVER, 64 * 1024, 1, 1, 0, 1));
    }

    private ProjectorConfig config(final DatabaseConfig database) {
        return ProjectorConfig.of(database, directory.resolve("projector.mark"), AttemptsKept.ALL)
                .withBatchCommands(300)
                .withSnapshots(snapshots());
    }

    private void project(final ProjectorConfig config, final TestJournal journal) {
        journal.flush();
        try (Projector projector = new Projector(config, journal.storage(), JournalDurability.of(journal.writer()))) {
            projector.start();
            assertTrue(
                    projector.awaitSequence(journal.sequence(), PATIENCE),
                    () -> projector.status().toString());
        }
    }

    private VerificationReport verify(final DatabaseConfig database, final TestJournal journal, final Duration retain)
            throws SQLException {
        return new ProjectionVerifier(database, journal.storage(), snapshots(), retain, 10, commands -> {}).verify();
    }

    /** Sales that overlap: purchases and releases come in the next one too. */
    private void sell(final TestJournal journal, final int sales, final int saleMillis) {
        long[] code = {0, 0};
        for (int i = 0; i < sales * 10; i++) {
            for (int j = 0; j < 30; j++) {
                final Decision decision = journal.checkout(random.nextInt(50), random.nextInt(ITEMS));
                if (decision.outcome() == Outcome.RESERVED) {
                    if (random.nextInt(3) == 0) {
                        journal.purchase(code[0], code[1]);
                    } else if (random.nextInt(3) == 0) {
                        journal.release(code[0], code[1]);
                    }
                    code = new long[] {decision.codeHigh(), decision.codeLow()};
                }
            }
            journal.sleep(saleMillis / 10);
        }
        journal.flush();
    }

    private void takeSnapshots(final TestJournal journal) throws IOException {
        try (SnapshotWorker worker =
                new SnapshotWorker(Long.MAX_VALUE, journal.storage(), snapshots(), sequence -> {})) {
            worker.open();
            while (worker.collect() > 0 || worker.isDue()) {
                if (worker.isDue()) {
                    worker.write();
                }
            }
        }
    }

    private void trim(final TestJournal journal) throws IOException {
        assertTrue(new JournalRetention(
                                journal.storage(),
                                snapshots(),
                                Duration.ofSeconds(30),
                                () -> Long.MAX_VALUE,
                                journal::nowMillis)
                        .run()
                > 0);
        assertTrue(JournalSegments.of(journal.storage()).oldestSequence() > 1);
    }

    @Test
    void shouldGoOnAndVerifyWhatIsLeftWhenTheJournalsBeginningIsGone() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        try (TestJournal journal = journal()) {
            journal.configure(ITEMS, 5, 9_000, 10_000);
            sell(journal, 12, 10_000);
            project(config(database), journal);
            takeSnapshots(journal);
            trim(journal);
            sell(journal, 3, 10_000);
            project(config(database), journal);
            journal.expected().assertEqualTo(database);
            final VerificationReport report = verify(database, journal, null);
            assertTrue(report.isEqual(), report.toString());
            assertTrue(report.fromSequence() > 1 && report.sales() >= 3 && report.attempts() > 500, report.toString());
            TestPostgres.execute(
                    database,
                    "UPDATE checkouts SET user_id = user_id + 1 WHERE sequence = " + journal.sequence() / 100 * 95);
            TestPostgres.execute(database, "DELETE FROM sales WHERE sale_id = (SELECT max(sale_id) FROM sales)");
            assertFalse(verify(database, journal, null).isEqual());
        }
    }

    @Test
    void shouldRebuildAnEmptiedDatabaseFromWhatTheJournalStillHolds() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        try (TestJournal journal = journal()) {
            journal.configure(ITEMS, 5, 9_000, 10_000);
            sell(journal, 12, 10_000);
            takeSnapshots(journal);
            trim(journal);
            project(config(database), journal);
            final VerificationReport rebuilt = verify(database, journal, null);
            assertTrue(rebuilt.isEqual() && rebuilt.sales() > 0, rebuilt.toString());
            // And on from there, with another replica.
            sell(journal, 2, 10_000);
            project(config(database), journal);
            final VerificationReport later = verify(database, journal, null);
            assertTrue(later.isEqual() && later.sales() > rebuilt.sales(), later.toString());
        }
    }

    @Test
    void shouldGoOnWithWhatIsLeftWhenSegmentsAreDeletedBeforeTheyAreRead() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        final AtomicBoolean trimmed = new AtomicBoolean();
        try (TestJournal journal = journal()) {
            journal.configure(ITEMS, 5, 9_000, 10_000);
            sell(journal, 12, 10_000);
            takeSnapshots(journal);
            final ProjectorSteps deleting = (step, end, connection) -> {
                if (step == ProjectorSteps.Step.COMMITTED && !trimmed.getAndSet(true)) {
                    try {
                        trim(journal);
                    } catch (final IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };
            try (Projector projector = new Projector(
                    config(database).withBatchCommands(50),
                    journal.storage(),
                    JournalDurability.of(journal.writer()),
                    deleting)) {
                projector.start();
                assertTrue(
                        projector.awaitSequence(journal.sequence(), PATIENCE),
                        () -> projector.status().toString());
            }
            assertTrue(trimmed.get());
            final VerificationReport report = verify(database, journal, null);
            assertTrue(report.isEqual() && report.sales() > 0, report.toString());
        }
    }

    @Test
    void shouldHoldRetentionBackWhileAnEmptiedDatabaseIsRebuilt() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        try (TestJournal journal = journal()) {
            journal.configure(ITEMS, 5, 9_000, 10_000);
            sell(journal, 3, 10_000);
            final ProjectorConfig config = config(database);
            final long journalId = journal.writer().journalId();
            try (ProjectionMark before = new ProjectionMark(config.mark())) {
                before.write(new ProjectionMark.Position(journalId, journal.sequence(), journal.sequence()));
            }
            final List<ProjectionMark.Position> seen = new CopyOnWriteArrayList<>();
            final ProjectorSteps looking = (step, end, connection) -> {
                if (step == ProjectorSteps.Step.FENCED) {
                    try {
                        seen.add(ProjectionMark.read(config.mark()).orElseThrow());
                    } catch (final IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };
            try (Projector projector =
                    new Projector(config, journal.storage(), JournalDurability.of(journal.writer()), looking)) {
                projector.start();
                assertTrue(projector.awaitSequence(journal.sequence(), PATIENCE));
            }
            assertEquals(new ProjectionMark.Position(journalId, journal.sequence(), 0), seen.get(0));
        }
    }

    @Test
    void shouldDropOldSalesByTheHourAndOnlyThose() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        final Duration retain = Duration.ofHours(2);
        try (TestJournal journal = journal()) {
            journal.configure(ITEMS, 5, 900_000, 1_200_000);
            sell(journal, 24, 1_200_000);
            project(config(database).withRetention(retain), journal);
            final String oldest = TestPostgres.value(database, "SELECT min(sale_id) FROM sales");
            final long age = journal.nowMillis() / 1_000 - Long.parseLong(oldest);
            assertTrue(age >= retain.toSeconds() && age <= retain.toSeconds() + 2 * 3_600, "oldest is " + age + " s");
            assertEquals(
                    oldest,
                    TestPostgres.value(database, "SELECT min(sale_id) FROM sale_items"),
                    "all of it or nothing");
            assertEquals(oldest, TestPostgres.value(database, "SELECT min(sale_id) FROM checkouts"));
            assertTrue(Long.parseLong(TestPostgres.value(
                            database, "SELECT count(*) FROM pg_inherits WHERE inhparent = 'checkouts'::regclass"))
                    <= 5);
            final VerificationReport kept = verify(database, journal, retain);
            assertTrue(kept.isEqual() && kept.sales() >= 6, kept.toString());
            assertFalse(verify(database, journal, null).isEqual(), "without retention old sales are missing");
            TestPostgres.execute(database, "DELETE FROM sales WHERE sale_id = (SELECT max(sale_id) FROM sales)");
            assertFalse(verify(database, journal, retain).isEqual(), "a young sale is missing");
        }
    }

    @Test
    void shouldWaitWhileTheDiskIsNearlyFull() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        final AtomicBoolean room = new AtomicBoolean(false);
        try (TestJournal journal = journal()) {
            journal.configure(ITEMS, 5, 9_000, 10_000);
            sell(journal, 1, 10_000);
            try (Projector projector = new Projector(
                    config(database).withRoom(room::get), journal.storage(), JournalDurability.of(journal.writer()))) {
                projector.start();
                await(() -> projector.status().state() == State.WAITING_FOR_SPACE);
                assertFalse(projector.awaitSequence(1, Duration.ofMillis(300)));
                room.set(true);
                assertTrue(projector.awaitSequence(journal.sequence(), PATIENCE));
                await(() -> projector.status().state() == State.RUNNING);
                room.set(false);
                await(() -> projector.status().state() == State.WAITING_FOR_SPACE);
            }
            journal.expected().assertEqualTo(database);
        }
    }

    @Test
    void shouldTryAgainWhenTheMarkCannotBeWritten() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        final Path missing = directory.resolve("missing");
        try (TestJournal journal = journal()) {
            journal.configure(ITEMS, 5, 9_000, 10_000);
            sell(journal, 1, 10_000);
            final ProjectorConfig config =
                    ProjectorConfig.of(database, missing.resolve("projector.mark"), AttemptsKept.ALL);
            try (Projector projector =
                    new Projector(config, journal.storage(), JournalDurability.of(journal.writer()))) {
                projector.start();
                await(() -> String.valueOf(projector.status().lastError()).contains("cannot write"));
                assertEquals("0", TestPostgres.value(database, "SELECT count(*) FROM checkouts"));
                Files.createDirectory(missing);
                assertTrue(projector.awaitSequence(journal.sequence(), PATIENCE));
            }
            journal.expected().assertEqualTo(database);
        }
    }

    @Test
    void shouldBeginAgainWhenMemoryOrAReadFailed() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        try (TestJournal journal = journal()) {
            final SegmentStorage failing = (SegmentStorage) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {SegmentStorage.class}, (proxy, method, args) -> {
                        final Throwable told = failure.get();
                        if (told != null && method.getName().equals("open")) {
                            throw told;
                        }
                        return method.invoke(journal.storage(), args);
                    });
            journal.configure(ITEMS, 5, 9_000, 10_000);
            sell(journal, 2, 10_000);
            try (Projector projector =
                    new Projector(config(database), failing, JournalDurability.of(journal.writer()))) {
                projector.start();
                assertTrue(projector.awaitSequence(journal.sequence(), PATIENCE));
                for (final Throwable told :
                        List.of(new OutOfMemoryError("Java heap space"), new JournalException("a read failed"))) {
                    failure.set(told);
                    final long segment = journal.writer().segment();
                    while (journal.writer().segment() == segment) {
                        sell(journal, 1, 10_000);
                    }
                    await(() -> projector.status().state() == State.RETRYING
                            || String.valueOf(projector.status().lastError()).contains(told.getMessage()));
                    failure.set(null);
                    assertTrue(
                            projector.awaitSequence(journal.sequence(), PATIENCE),
                            () -> projector.status().toString());
                }
            }
            journal.expected().assertEqualTo(database);
        }
    }

    private static void await(final BooleanSupplier condition) {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "not in time");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
