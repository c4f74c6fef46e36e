package io.flashsale.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.projector.ProjectorStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL keeps its connections and says nothing: the process that serves the projector is stopped. */
class ProjectorHangTest {
    @TempDir
    Path directory;

    private static String backend(final DatabaseConfig database) throws Exception {
        final String pid = TestPostgres.value(
                TestPostgres.server(),
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'flash-sale projector' AND datname = '"
                        + database.name() + "'");
        assertTrue(pid != null, "the projector is not connected");
        return pid;
    }

    private static void await(final Projector projector, final State state, final String error) throws Exception {
        final long deadline = System.nanoTime() + ProjectorTest.PATIENCE.toNanos();
        while (projector.status().state() != state
                || !String.valueOf(projector.status().lastError()).contains(error)) {
            assertTrue(
                    System.nanoTime() - deadline < 0, () -> projector.status().toString());
            Thread.sleep(5);
        }
    }

    @Test
    void shouldTellOfTheHangGiveUpTheConnectionAndCatchUp() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        final Random random = new Random(23);
        try (TestJournal journal = new TestJournal(directory.resolve("journal"), ProjectorTest.START);
                Projector projector = new Projector(
                        ProjectorConfig.of(database, directory.resolve("mark"), AttemptsKept.ALL)
                                .withSilence(Duration.ofSeconds(6)),
                        journal.storage(),
                        JournalDurability.of(journal.writer()))) {
            journal.configure(20, 3, 8_000, 10_000);
            ProjectorTest.randomCommands(journal, random, 100);
            projector.start();
            assertTrue(projector.awaitSequence(journal.sequence(), ProjectorTest.PATIENCE));
            final String backend = backend(database);
            TestPostgres.signal("STOP", backend);
            try {
                ProjectorTest.randomCommands(journal, random, 2_000);
                await(projector, State.WAITING_FOR_DATABASE, "has not answered for");
                assertFalse(projector.status().isHealthy());
                // Another connection waits for the lock that the first one holds.
                await(projector, State.WAITING_FOR_DATABASE, "[");
            } finally {
                TestPostgres.signal("CONT", backend);
            }
            assertTrue(
                    projector.awaitSequence(journal.sequence(), ProjectorTest.PATIENCE),
                    () -> projector.status().toString());
            journal.expected().assertEqualTo(database);
        }
    }

    @Test
    void shouldCloseInTimeWhilePostgresHangs() throws Exception {
        final DatabaseConfig database = TestPostgres.emptyDatabase();
        try (TestJournal journal = new TestJournal(directory.resolve("journal"), ProjectorTest.START);
                Projector projector = new Projector(
                        ProjectorConfig.of(database, directory.resolve("mark"), AttemptsKept.ALL),
                        journal.storage(),
                        JournalDurability.of(journal.writer()))) {
            journal.configure(20, 3, 8_000, 10_000);
            ProjectorTest.randomCommands(journal, new Random(27), 100);
            projector.start();
            assertTrue(projector.awaitSequence(journal.sequence(), ProjectorTest.PATIENCE));
            final String backend = backend(database);
            TestPostgres.signal("STOP", backend);
            try {
                ProjectorTest.randomCommands(journal, new Random(29), 200);
                Thread.sleep(200);
                final long begin = System.nanoTime();
                projector.close(Duration.ZERO);
                final Duration taken = Duration.ofNanos(System.nanoTime() - begin);
                assertTrue(taken.toMillis() < 3_000, "the close took " + taken);
                assertEquals(State.STOPPED, projector.status().state());
            } finally {
                TestPostgres.signal("CONT", backend);
            }
        }
    }
}
