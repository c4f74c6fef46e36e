package io.flashsale.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.flashsale.projector.ProjectorStatus.State;
import io.flashsale.projector.ProjectorSteps.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** Whatever breaks, and wherever in a transaction: nothing is lost and nothing is there twice. */
class ProjectorFaultTest {
    @TempDir
    Path directory;

    private DatabaseConfig database;
    private TestJournal journal;

    /** The way in which it breaks. */
    enum Fault {
        /** The server ends the connection's process. */
        BACKEND_TERMINATED {
            @Override
            void strike(final Connection connection) throws SQLException {
                final long pid;
                try (Statement statement = connection.createStatement();
                        var row = statement.executeQuery("SELECT pg_backend_pid()")) {
                    row.next();
                    pid = row.getLong(1);
                }
                TestPostgres.execute(TestPostgres.server(), "SELECT pg_terminate_backend(" + pid + ", 5000)");
            }
        },
        /** The connection is cut on this side. */
        CONNECTION_CLOSED {
            @Override
            void strike(final Connection connection) throws SQLException {
                connection.abort(Runnable::run);
            }
        },
        /** The answer to the step is lost. */
        ANSWER_LOST {
            @Override
            void strike(final Connection connection) throws SQLException {
                throw new SQLException("the answer is lost", "08006");
            }
        },
        /** The projector's thread dies as it would with its process. */
        PROJECTOR_KILLED {
            @Override
            void strike(final Connection connection) {
                throw new AssertionError("killed by the test");
            }
        },
        /** The projector's thread is interrupted. */
        THREAD_INTERRUPTED {
            @Override
            void strike(final Connection connection) {
                Thread.currentThread().interrupt();
            }
        };

        abstract void strike(Connection connection) throws SQLException;
    }

    @BeforeEach
    void open() throws Exception {
        database = TestPostgres.emptyDatabase();
        journal = new TestJournal(directory, ProjectorTest.START);
        journal.configure(20, 3, 8_000, 10_000);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private Projector projector(final DatabaseConfig at, final ProjectorSteps steps) {
        return new Projector(
                ProjectorConfig.of(at, directory.resolve("projector.mark"), AttemptsKept.ALL)
                        .withBatchCommands(200),
                journal.storage(),
                JournalDurability.of(journal.writer()),
                steps);
    }

    private static void await(final BooleanSupplier condition, final Projector projector) throws InterruptedException {
        final long deadline = System.nanoTime() + ProjectorTest.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(
                    System.nanoTime() - deadline < 0, () -> projector.status().toString());
            Thread.sleep(5);
        }
    }

    private void assertCatchesUp() throws Exception {
        journal.flush();
        try (Projector projector = projector(database, ProjectorSteps.NONE)) {
            projector.start();
            assertTrue(
                    projector.awaitSequence(journal.sequence(), ProjectorTest.PATIENCE),
                    () -> projector.status().toString());
        }
        journal.expected().assertEqualTo(database);
    }

    @ParameterizedTest
    @CsvSource({
        "FENCED, BACKEND_TERMINATED",
        "FENCED, PROJECTOR_KILLED",
        "ROWS_WRITTEN, BACKEND_TERMINATED",
        "ROWS_WRITTEN, CONNECTION_CLOSED",
        "ROWS_WRITTEN, ANSWER_LOST",
        "ROWS_WRITTEN, PROJECTOR_KILLED",
        "ROWS_WRITTEN, THREAD_INTERRUPTED",
        "MARKED, BACKEND_TERMINATED",
        "MARKED, CONNECTION_CLOSED",
        "MARKED, PROJECTOR_KILLED",
        "MARKED, THREAD_INTERRUPTED",
        "COMMITTED, BACKEND_TERMINATED",
        "COMMITTED, CONNECTION_CLOSED",
        "COMMITTED, ANSWER_LOST",
        "COMMITTED, PROJECTOR_KILLED",
        "COMMITTED, THREAD_INTERRUPTED"
    })
    void shouldNeitherLoseNorDoubleARowWhenStruck(final Step where, final Fault fault) throws Exception {
        final Random random = new Random((where + "," + fault).hashCode());
        ProjectorTest.randomCommands(journal, random, 1_000);
        final AtomicInteger strikes = new AtomicInteger();
        final AtomicInteger passed = new AtomicInteger();
        final ProjectorSteps steps = (step, end, connection) -> {
            // The second batch, which has purchases, and one of the later.
            if (step == where && passed.incrementAndGet() % 3 == 2 && strikes.get() < 2) {
                strikes.incrementAndGet();
                fault.strike(connection);
            }
        };
        try (Projector projector = projector(database, steps)) {
            projector.start();
            ProjectorTest.randomCommands(journal, random, 1_000);
            if (fault == Fault.PROJECTOR_KILLED || fault == Fault.THREAD_INTERRUPTED) {
                await(
                        () -> projector.status().state() == State.STOPPED_BY_ERROR
                                || projector.status().state() == State.STOPPED,
                        projector);
            } else {
                assertTrue(
                        projector.awaitSequence(journal.sequence(), ProjectorTest.PATIENCE),
                        () -> projector.status().toString());
                assertEquals(2, strikes.get());
                journal.expected().assertEqualTo(database);
            }
        }
        assertCatchesUp();
    }

    /** Rows that were sent are sealed: what is new waits, also where the projector is back sooner than a batch is old. */
    @Test
    void shouldSendABatchAgainBeforeItTakesInMore() throws Exception {
        final Random random = new Random(5);
        ProjectorTest.randomCommands(journal, random, 50);
        final AtomicInteger strikes = new AtomicInteger();
        final ProjectorSteps steps = (step, end, connection) -> {
            if (step == Step.ROWS_WRITTEN && strikes.incrementAndGet() <= 3) {
                ProjectorTest.randomCommands(journal, random, 20);
                journal.flush();
                throw new SQLException("struck", "08006");
            }
        };
        final Duration soon = Duration.ofMillis(1);
        final ProjectorConfig hasty = new ProjectorConfig(
                database,
                directory.resolve("projector.mark"),
                AttemptsKept.ALL,
                10_000,
                Duration.ofMinutes(1),
                soon,
                soon,
                soon,
                soon,
                Duration.ofMinutes(1),
                null,
                null,
                () -> true,
                () -> 0);
        journal.flush();
        try (Projector projector =
                new Projector(hasty, journal.storage(), JournalDurability.of(journal.writer()), steps)) {
            projector.start();
            await(() -> strikes.get() > 3 || projector.status().state() == State.STOPPED_BY_ERROR, projector);
            assertTrue(
                    projector.awaitSequence(journal.sequence(), ProjectorTest.PATIENCE),
                    () -> projector.status().toString());
        }
        journal.expected().assertEqualTo(database);
    }

    @Test
    void shouldFenceOffASecondProjector() throws Exception {
        try (Projector first = projector(database, ProjectorSteps.NONE);
                Projector second = projector(database, ProjectorSteps.NONE)) {
            first.start();
            second.start();
            final Random random = new Random(7);
            for (int i = 0; i < 20; i++) {
                ProjectorTest.randomCommands(journal, random, 200);
                Thread.sleep(20);
            }
            assertTrue(
                    first.awaitSequence(journal.sequence(), ProjectorTest.PATIENCE),
                    () -> first.status().toString());
            assertTrue(
                    second.awaitSequence(journal.sequence(), ProjectorTest.PATIENCE),
                    () -> second.status().toString());
        }
        journal.expected().assertEqualTo(database);
    }

    @Test
    void shouldRebuildItsReplicaWhenAnOlderBackupTakesThePlaceOfTheDatabase() throws Exception {
        final Random random = new Random(11);
        ProjectorTest.randomCommands(journal, random, 1_000);
        assertCatchesUp();
        final DatabaseConfig backup = TestPostgres.copyOf(database);
        try (Projector projector = projector(database, ProjectorSteps.NONE)) {
            projector.start();
            ProjectorTest.randomCommands(journal, random, 1_000);
            assertTrue(projector.awaitSequence(journal.sequence(), ProjectorTest.PATIENCE));
            TestPostgres.execute(
                    TestPostgres.server(),
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" + database.name()
                            + "'");
            TestPostgres.execute(TestPostgres.server(), "DROP DATABASE " + database.name() + " WITH (FORCE)");
            await(() -> projector.status().state() == State.RUNNING || journalMoves(random), projector);
            TestPostgres.execute(
                    TestPostgres.server(), "CREATE DATABASE " + database.name() + " TEMPLATE " + backup.name());
            journal.tick();
            journal.flush();
            await(
                    () -> projector.status().state() == State.RUNNING
                            && projector.status().projectedSequence() == journal.sequence(),
                    projector);
        }
        journal.expected().assertEqualTo(database);
    }

    private boolean journalMoves(final Random random) {
        ProjectorTest.randomCommands(journal, random, 10);
        return true;
    }

    @ParameterizedTest
    @EnumSource(AttemptsKept.class)
    void shouldMakeTheJournalDurableAndTheMarkBeforeACommit(final AttemptsKept kept) throws Exception {
        final AtomicLong durable = new AtomicLong();
        final Path mark = directory.resolve("projector.mark");
        final AtomicInteger seen = new AtomicInteger();
        final ProjectorSteps steps = (step, end, connection) -> {
            if (step == Step.MARKED) {
                seen.incrementAndGet();
                assertEquals(end, durable.get());
                final ProjectionMark.Position position = readMark(mark);
                assertEquals(end, position.sequence());
                assertEquals(journal.writer().journalId(), position.journalId());
                final String committed = TestPostgres.value(database, "SELECT sequence FROM projection_progress");
                assertEquals(Long.toString(position.committed()), committed);
                assertTrue(position.committed() < end);
            }
        };
        ProjectorTest.randomCommands(journal, new Random(13), 1_000);
        try (Projector projector = new Projector(
                ProjectorConfig.of(database, mark, kept).withBatchCommands(200),
                journal.storage(),
                durable::set,
                steps)) {
            projector.start();
            assertTrue(
                    projector.awaitSequence(journal.sequence(), ProjectorTest.PATIENCE),
                    () -> projector.status().toString());
        }
        assertTrue(seen.get() > 1);
    }

    private static ProjectionMark.Position readMark(final Path mark) {
        try {
            return ProjectionMark.read(mark).orElseThrow();
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldStopForGoodWhenTheJournalCannotBeMadeDurable() throws Exception {
        try (Projector projector = new Projector(
                ProjectorConfig.of(database, directory.resolve("projector.mark"), AttemptsKept.ALL),
                journal.storage(),
                sequence -> {
                    throw new IllegalStateException("the disk is gone");
                },
                ProjectorSteps.NONE)) {
            journal.flush();
            projector.start();
            await(() -> projector.status().state() == State.STOPPED_BY_ERROR, projector);
            assertEquals("the disk is gone", projector.status().lastError());
            assertFalse(projector.awaitSequence(1, ProjectorTest.PATIENCE));
        }
        assertEquals("0", TestPostgres.value(database, "SELECT sequence FROM projection_progress"));
    }

    @Test
    void shouldRefuseTheDatabaseOfAnotherJournal() throws Exception {
        assertCatchesUp();
        TestPostgres.execute(database, "UPDATE projection_progress SET journal_id = 4711");
        assertRefused("4711", "DB_NAME");
    }

    @Test
    void shouldSayInOneLineWhatAnOperatorMends() throws Exception {
        assertCatchesUp();
        TestPostgres.execute(database, "ALTER TABLE checkouts RENAME COLUMN code TO kode");
        journal.checkout(1, 2);
        assertRefused("\"code\"", "does not exist");
    }

    @Test
    void shouldRefuseADatabaseThatIsBeyondTheJournal() throws Exception {
        assertCatchesUp();
        TestPostgres.execute(database, "UPDATE projection_progress SET sequence = sequence + 1000");
        assertRefused("through sequence " + (journal.sequence() + 1000), "ends at sequence " + journal.sequence());
    }

    @Test
    void shouldRefuseADatabaseThatLostTheRowsItIsToChange() throws Exception {
        final var held = journal.checkout(1, 1);
        final long high = held.codeHigh();
        final long low = held.codeLow();
        assertCatchesUp();
        TestPostgres.execute(database, "DELETE FROM checkouts");
        journal.purchase(high, low);
        assertRefused("lacks 1 of 1 rows");
    }

    private void assertRefused(final String... words) throws Exception {
        journal.flush();
        final ListAppender<ILoggingEvent> log = new ListAppender<>();
        final Logger logger = (Logger) LoggerFactory.getLogger(Projector.class);
        log.start();
        logger.addAppender(log);
        try (Projector projector = projector(database, ProjectorSteps.NONE)) {
            projector.start();
            await(() -> projector.status().state() == State.STOPPED_BY_ERROR, projector);
            for (final String word : words) {
                assertTrue(
                        projector.status().lastError().contains(word),
                        projector.status().lastError());
            }
        } finally {
            logger.detachAppender(log);
        }
        final List<ILoggingEvent> errors = log.list.stream()
                .filter(event -> event.getLevel() == Level.ERROR)
                .toList();
        assertEquals(1, errors.size(), errors.toString());
        assertNull(errors.get(0).getThrowableProxy(), "a stack trace where the line says what to mend");
    }

    @Test
    void shouldEndInTimeWhenPostgresIsAway() {
        final long began = System.nanoTime();
        try (Projector projector = projector(TestPostgres.config(1), ProjectorSteps.NONE)) {
            journal.flush();
            projector.start();
            await(() -> projector.status().state() == State.WAITING_FOR_DATABASE, projector);
            assertFalse(projector.status().isHealthy());
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
        assertTrue(System.nanoTime() - began < 10_000_000_000L);
    }
}
