package io.flashsale.projector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.projector.ProjectorStatus.State;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL goes away and comes back; the projector was there all the time. */
class ProjectorOutageTest {
    @TempDir
    Path directory;

    private EmbeddedPostgres start(final int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("pg"))
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "off")
                .setServerConfig("shared_buffers", "16MB")
                .setServerConfig("io_method", "sync")
                .setPort(port)
                .start();
    }

    @Test
    void shouldCatchUpAfterAnOutageWithNothingLostOrDoubled() throws Exception {
        EmbeddedPostgres server = start(0);
        final DatabaseConfig database = TestPostgres.config(server.getPort());
        final Random random = new Random(17);
        try (TestJournal journal = new TestJournal(directory.resolve("journal"), ProjectorTest.START);
                Projector projector = new Projector(
                        ProjectorConfig.of(database, directory.resolve("mark"), AttemptsKept.ALL),
                        journal.storage(),
                        JournalDurability.of(journal.writer()))) {
            journal.configure(20, 3, 8_000, 10_000);
            ProjectorTest.randomCommands(journal, random, 500);
            projector.start();
            assertTrue(
                    projector.awaitSequence(journal.sequence(), ProjectorTest.PATIENCE),
                    () -> projector.status().toString());
            server.close();
            final long through = journal.sequence();
            ProjectorTest.randomCommands(journal, random, 2_000);
            final long deadline = System.nanoTime() + ProjectorTest.PATIENCE.toNanos();
            while (projector.status().state() != State.WAITING_FOR_DATABASE) {
                assertTrue(
                        System.nanoTime() - deadline < 0,
                        () -> projector.status().toString());
                Thread.sleep(5);
            }
            assertEquals(through, projector.status().projectedSequence());
            server = start(database.port());
            assertTrue(
                    projector.awaitSequence(journal.sequence(), ProjectorTest.PATIENCE),
                    () -> projector.status().toString());
            journal.expected().assertEqualTo(database);
        } finally {
            server.close();
        }
    }
}
