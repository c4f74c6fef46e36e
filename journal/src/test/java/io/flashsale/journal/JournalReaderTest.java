package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A reader beside a writer, on real files. */
class JournalReaderTest {
    private static final long MEBIBYTE = 1024 * 1024;
    private static final BatchHandler IGNORE = (first, count, time, buffer, offset) -> {};

    @TempDir
    Path directory;

    private final Entries entries = new Entries();

    @Test
    void shouldDeliverNothingFromAnEmptyDirectory() {
        try (JournalReader reader = new JournalReader(storage(), 1, List.of())) {
            assertEquals(0, reader.poll(IGNORE, 10));
            assertEquals(0, reader.journalId());
        }
    }

    @Test
    @Timeout(60)
    void shouldFollowWriterThroughRotations() throws Exception {
        final JournalConfig config = JournalConfig.of(SyncPolicy.INTERVAL).withSegmentBytes(4 * MEBIBYTE);
        final JournalWriter journal = JournalWriter.open(storage(), config, Recovered.nothing());
        final AtomicReference<Throwable> trouble = new AtomicReference<>();
        final int last = 400_000;
        final Entries read = new Entries();
        final int[] polls = new int[1];
        final CountDownLatch done = new CountDownLatch(1);
        final Thread tail = new Thread(() -> {
            try (JournalReader reader = new JournalReader(storage(), 1, List.of())) {
                while (reader.lastSequence() < last) {
                    if (reader.poll(read, 100) == 0) {
                        Thread.onSpinWait();
                    } else if (++polls[0] % 50 == 0) {
                        journal.makeDurable(reader.lastSequence());
                        assertTrue(journal.durableSequence() >= reader.lastSequence());
                    }
                }
            } catch (final Throwable t) {
                trouble.set(t);
            } finally {
                done.countDown();
            }
        });
        try (AgentRunner keeper =
                new AgentRunner(new SleepingMillisIdleStrategy(1), trouble::set, null, journal.keeper())) {
            AgentRunner.startOnThread(keeper);
            tail.start();
            int batch = 1;
            while (journal.appendedSequence() < last) {
                final long rest = last - journal.appendedSequence();
                entries.append(journal, (int) Math.min(rest, batch), batch, batch);
                batch = batch % 97 + 1;
            }
            assertTrue(done.await(50, TimeUnit.SECONDS));
        }
        journal.close();
        assertEquals(null, trouble.get());
        assertEquals(last, read.lastSequence);
        assertTrue(journal.segment() >= 3, "segments: " + journal.segment());
        final Recovered recovered = JournalRecovery.recover(storage(), 1, List.of(), new Entries());
        assertEquals(last, recovered.lastSequence());
        assertTrue(recovered.cleanEnd());
    }

    @Test
    void shouldFollowRestartsAndSkipCopies() {
        final Entries read = new Entries();
        try (JournalReader reader = new JournalReader(storage(), 1, List.of())) {
            for (int i = 0; i < 10; i++) {
                final JournalWriter journal = JournalWriter.open(
                        storage(),
                        JournalConfig.of(SyncPolicy.ALWAYS),
                        JournalRecovery.recover(storage(), 1, List.of(), IGNORE));
                entries.append(journal, 5, i, i);
                entries.append(journal, 5, i, i);
                while (reader.poll(read, 3) > 0) {}
                if (i % 3 == 0) {
                    journal.close();
                } else {
                    journal.abandon();
                }
            }
            for (int i = 0; i < 100; i++) {
                reader.poll(read, 3);
            }
        }
        assertEquals(100, read.lastSequence);
        assertEquals(100, read.authors.size());
    }

    @Test
    void shouldBeginInTheSegmentThatHoldsTheWantedSequence() {
        for (int i = 0; i < 5; i++) {
            final JournalWriter journal = JournalWriter.open(
                    storage(),
                    JournalConfig.of(SyncPolicy.ALWAYS),
                    JournalRecovery.recover(storage(), 1, List.of(), IGNORE));
            entries.append(journal, 10, i, i);
            journal.close();
        }
        final Entries read = new Entries();
        try (JournalReader reader = new JournalReader(storage(), 25, List.of())) {
            while (reader.poll(read, 100) > 0) {}
        }
        assertEquals(25, read.firstSequence);
        assertEquals(50, read.lastSequence);
    }

    @Test
    void shouldRefuseWhenEvidenceStaysBeyondTheEnd() {
        final JournalWriter journal =
                JournalWriter.open(storage(), JournalConfig.of(SyncPolicy.ALWAYS), Recovered.nothing());
        entries.append(journal, 10, 1, 1);
        journal.close();
        try (JournalReader reader = new JournalReader(storage(), 1, List.of(new Evidence("projector mark", 11)))) {
            final JournalCorruptException refused = assertThrows(JournalCorruptException.class, () -> {
                for (int i = 0; i < 3000; i++) {
                    reader.poll(IGNORE, 10);
                }
            });
            assertTrue(refused.getMessage().contains("projector mark"), refused.getMessage());
        }
    }

    @Test
    void shouldDeliverOnlyWhatALaterRecordProvesDurable() {
        final Entries read = new Entries();
        try (JournalReader reader = JournalReader.ofDurable(storage(), 1, List.of())) {
            final JournalWriter journal =
                    JournalWriter.open(storage(), JournalConfig.of(SyncPolicy.ALWAYS), Recovered.nothing());
            entries.append(journal, 5, 1, 1);
            journal.sync();
            assertDelivers(reader, read, 0, "synced, but nothing in the journal says so");
            entries.append(journal, 5, 2, 2);
            assertDelivers(reader, read, 5, "the second record says that the first was synced");
            entries.append(journal, 5, 3, 3);
            entries.append(journal, 5, 4, 4);
            assertDelivers(reader, read, 5, "nothing was synced since");
            journal.sync();
            assertDelivers(reader, read, 5, "no record says so yet");
            entries.append(journal, 5, 5, 5);
            assertDelivers(reader, read, 20, "all that the sync covered");
            journal.close();
            assertDelivers(reader, read, 25, "a clean end follows a sync");
        }
    }

    @Test
    void shouldDeliverTheUnprovenRestOnceTheNextStartHasSyncedIt() {
        final Entries read = new Entries();
        try (JournalReader reader = JournalReader.ofDurable(storage(), 1, List.of())) {
            for (int i = 0; i < 6; i++) {
                final JournalWriter journal = JournalWriter.open(
                        storage(),
                        JournalConfig.of(i % 2 == 0 ? SyncPolicy.ALWAYS : SyncPolicy.NEVER),
                        JournalRecovery.recover(storage(), 1, List.of(), IGNORE));
                assertDelivers(reader, read, Math.max(0, 9L * i - 3), "copies prove nothing of themselves");
                entries.append(journal, 3, i, i);
                assertDelivers(reader, read, 9L * i, "the first record after a start says that the copies were synced");
                journal.sync();
                entries.append(journal, 3, i, i);
                journal.sync();
                entries.append(journal, 3, i, i);
                assertDelivers(reader, read, 9L * i + 6, "killed with a record that nothing proves");
                journal.abandon();
            }
        }
    }

    @Test
    void shouldDeliverThroughARotationThatSyncedWhatNobodyElseDid() {
        final Entries read = new Entries();
        final JournalConfig config = JournalConfig.of(SyncPolicy.NEVER).withRetention(Duration.ofHours(8));
        final JournalWriter journal = JournalWriter.open(storage(), config, Recovered.nothing());
        try (JournalReader reader = JournalReader.ofDurable(storage(), 1, List.of())) {
            entries.append(journal, 3, 1, 0);
            entries.append(journal, 3, 1, 1);
            assertDelivers(reader, read, 0, "nothing is synced");
            entries.append(journal, 3, 1, Duration.ofHours(1).toMillis());
            assertDelivers(reader, read, 6, "a segment is succeeded after a sync");
        }
        journal.close();
    }

    @Test
    void shouldDeliverWhatEvidenceProves() {
        final Entries read = new Entries();
        final JournalWriter journal =
                JournalWriter.open(storage(), JournalConfig.of(SyncPolicy.NEVER), Recovered.nothing());
        try (JournalReader reader = JournalReader.ofDurable(storage(), 1, List.of(new Evidence("mark", 6)))) {
            entries.append(journal, 3, 1, 0);
            entries.append(journal, 3, 1, 1);
            entries.append(journal, 3, 1, 1);
            assertDelivers(reader, read, 6, "the mark was written after a sync");
        }
        journal.close();
    }

    private static void assertDelivers(
            final JournalReader reader, final Entries read, final long through, final String why) {
        // More polls than one look for a successor takes.
        for (int i = 0; i < 100; i++) {
            reader.poll(read, 3);
        }
        assertEquals(through, read.lastSequence, why);
    }

    private SegmentStorage storage() {
        return new ChronicleSegmentStorage(directory);
    }
}
