package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal on real files. */
class ChronicleJournalTest {
    @TempDir
    Path directory;

    @Test
    void shouldRecoverEverythingAfterCleanEnd() {
        final SegmentStorage storage = new ChronicleSegmentStorage(directory.resolve("journal"));
        final Entries entries = new Entries();
        final Recovered none = JournalRecovery.recover(storage, 1, List.of(), entries);
        assertEquals(0, none.journalId());
        final JournalWriter journal = JournalWriter.open(storage, JournalConfig.of(SyncPolicy.ALWAYS), none);
        for (int i = 1; i <= 1000; i++) {
            entries.append(journal, i % 50 + 1, i, i);
            journal.sync();
        }
        final long last = journal.appendedSequence();
        assertEquals(last, journal.durableSequence());
        journal.close();

        final Recovered recovered = JournalRecovery.recover(storage, 1, List.of(), entries);
        assertTrue(recovered.cleanEnd());
        assertNull(recovered.cutReport());
        assertEquals(journal.journalId(), recovered.journalId());
        assertEquals(last, recovered.lastSequence());
        assertEquals(last, entries.lastSequence);
        assertEquals(1000, recovered.lastTimestampMillis());
        assertEquals(1000, recovered.records());

        final Entries tail = new Entries();
        try (JournalReader reader = new JournalReader(storage, 100, List.of())) {
            while (reader.poll(tail, 10) > 0) {}
            assertEquals(100, tail.firstSequence);
            assertEquals(last, tail.lastSequence);
        }
    }

    @Test
    void shouldSurviveInterruptOfTheThreadThatSyncs() {
        final SegmentStorage storage = new ChronicleSegmentStorage(directory.resolve("journal"));
        final Entries entries = new Entries();
        final JournalWriter journal =
                JournalWriter.open(storage, JournalConfig.of(SyncPolicy.ALWAYS), Recovered.nothing());
        for (int i = 0; i < 3; i++) {
            Thread.currentThread().interrupt();
            entries.append(journal, 1, 1, 1);
            journal.makeDurable(journal.appendedSequence());
        }
        assertTrue(Thread.interrupted());
        assertEquals(3, journal.durableSequence());
        journal.close();
    }

    @Test
    void shouldContinueAfterKill() {
        final SegmentStorage storage = new ChronicleSegmentStorage(directory.resolve("journal"));
        long last = 0;
        for (int round = 0; round < 5; round++) {
            final Entries entries = new Entries();
            final Recovered recovered = JournalRecovery.recover(storage, 1, List.of(), entries);
            assertEquals(last, recovered.lastSequence());
            assertEquals(last, entries.lastSequence);
            final JournalWriter journal = JournalWriter.open(storage, JournalConfig.of(SyncPolicy.ALWAYS), recovered);
            entries.append(journal, 10, round, round);
            journal.sync();
            entries.append(journal, 5, round, round);
            last = journal.appendedSequence();
            journal.abandon();
        }
        assertEquals(75, last);
    }
}
