package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The mark of a begun segment: what it proves, to whom, and that a segment that was never begun has none. */
class BegunSegmentTest {
    private static final JournalConfig CONFIG = new JournalConfig(SyncPolicy.ALWAYS, 1 << 20, 1, 1, 0, 1);

    @TempDir
    private Path directory;

    private final Entries entries = new Entries();
    private SegmentStorage storage;

    @ParameterizedTest
    @CsvSource({"real, zeroed", "real, emptied", "real, removed", "simulated, zeroed", "simulated, emptied"})
    void shouldRefuseForEveryReaderAndDeleteNothing(final String disk, final String damage) throws IOException {
        writeTwoSegments(disk);
        try (JournalReader waiting = new JournalReader(storage, 1, List.of())) {
            damage(2, damage);
            assertRefused(() -> JournalRecovery.recover(storage, 1, List.of(), new Entries()));
            assertRefused(() -> JournalSegments.of(storage));
            assertRefused(() -> waiting.poll(new Entries(), 100));
            try (JournalReader durable = JournalReader.ofDurable(storage, 1, List.of())) {
                assertRefused(() -> durable.poll(new Entries(), 100));
            }
        }
        assertArrayEquals(new long[] {1, 2}, storage.list());
    }

    /** It stands at the end of the segment before when it meets the one that is gone. */
    @Test
    void shouldRefuseForAReaderThatGoesOnFromTheSegmentBefore() throws IOException {
        storage = new ChronicleSegmentStorage(directory);
        write();
        try (JournalReader reader = new JournalReader(storage, 1, List.of())) {
            while (reader.poll(new Entries(), 100) > 0) {}
            write();
            damage(2, "zeroed");
            assertRefused(() -> {
                for (int i = 0; i < 100; i++) {
                    reader.poll(new Entries(), 100);
                }
            });
        }
    }

    @ParameterizedTest
    @CsvSource({"real, zeroed", "real, emptied", "real, removed", "simulated, zeroed", "simulated, emptied"})
    void shouldIgnoreAndLaterDeleteWithoutTheMark(final String disk, final String damage) throws IOException {
        writeTwoSegments(disk);
        damage(2, damage);
        unmark(2);
        final long bytes = storage.bytes(2);
        assertEquals(damage.equals("zeroed"), bytes > 0);
        final Recovered recovered = JournalRecovery.recover(storage, 1, List.of(), new Entries());
        assertEquals(6, recovered.lastSequence());
        assertEquals(1, recovered.unfinished().size());
        assertTrue(recovered.unfinished().get(0).startsWith("segment-0000000002 has " + bytes + " bytes"));
        JournalWriter.open(storage, CONFIG, recovered).close();
        final JournalSegments segments = JournalSegments.of(storage);
        assertEquals(List.of(new JournalSegments.Unfinished(2, bytes)), segments.deleteUnfinished());
        assertArrayEquals(new long[] {1, 3}, storage.list());
    }

    @Test
    void shouldMarkASegmentWhenItIsBegunAndNotWhenItIsPrepared() throws IOException {
        storage = new ChronicleSegmentStorage(directory);
        final long hour = Duration.ofHours(1).toMillis();
        final JournalConfig config = CONFIG.withRetention(Duration.ofHours(8));
        final JournalWriter journal = JournalWriter.open(storage, config, Recovered.nothing());
        assertTrue(storage.isBegun(1), "nothing is answered before");
        entries.append(journal, 1, 1, 0);
        entries.append(journal, 1, 1, hour - 1);
        while (journal.keeper().doWork() > 0) {}
        assertArrayEquals(new long[] {1, 2}, storage.list());
        assertFalse(storage.isBegun(2));
        assertEquals(
                2, JournalRecovery.recover(storage, 1, List.of(), new Entries()).lastSequence());
        entries.append(journal, 1, 1, hour);
        assertTrue(storage.isBegun(2));
        while (journal.keeper().doWork() > 0) {}
        assertTrue(storage.isBegun(1), "trimmed since");
        journal.close();
        assertEquals(
                3, JournalRecovery.recover(storage, 1, List.of(), new Entries()).lastSequence());
        storage.delete(1);
        assertFalse(storage.isBegun(1));
        assertTrue(Files.notExists(directory.resolve(storage.name(1))));
    }

    private void writeTwoSegments(final String disk) {
        storage = disk.equals("real")
                ? new ChronicleSegmentStorage(directory)
                : new SimulatedSegmentStorage(new Random(1));
        write();
        write();
    }

    /** Killed, with three records of two entries each. */
    private void write() {
        final JournalWriter journal =
                JournalWriter.open(storage, CONFIG, JournalRecovery.recover(storage, 1, List.of(), new Entries()));
        for (int i = 0; i < 3; i++) {
            entries.append(journal, 2, i, i);
            journal.sync();
        }
        journal.abandon();
    }

    private void damage(final long segment, final String how) throws IOException {
        if (storage instanceof SimulatedSegmentStorage simulated) {
            simulated.segments.computeIfPresent(
                    segment, (number, bytes) -> bytes.wiped(how.equals("zeroed") ? bytes.size : 0));
            return;
        }
        final Path file = ((ChronicleSegmentStorage) storage).dataFile(segment);
        switch (how) {
            case "zeroed" -> Files.write(file, new byte[(int) Files.size(file)]);
            case "emptied" -> Files.write(file, new byte[0]);
            default -> Files.delete(file);
        }
    }

    private void unmark(final long segment) throws IOException {
        if (storage instanceof SimulatedSegmentStorage simulated) {
            simulated.segments.get(segment).begun = false;
        } else {
            Files.delete(directory.resolve(storage.name(segment)).resolve("begun"));
        }
    }

    private void assertRefused(final Executable reading) throws IOException {
        final JournalCorruptException refused = assertThrows(JournalCorruptException.class, reading);
        final String expected = "segment-0000000002, position 0: its first record is damaged or gone; "
                + storage.bytes(2) + " bytes are there, but the segment is marked as begun";
        assertTrue(refused.getMessage().startsWith(expected), refused.getMessage());
        assertFalse(refused.getMessage().contains("\n"), "one line");
    }
}
