package io.flashsale.server.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.SaleEngine;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.JournalCorruptException;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.JournalSegments;
import io.flashsale.journal.SyncPolicy;
import io.flashsale.projector.JournalRetention;
import io.flashsale.projector.ReplayStart;
import io.flashsale.projector.SnapshotHeader;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.projector.Snapshotter;
import io.flashsale.projector.SnapshotterConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What may be deleted, when, and that what is left is a journal that can be replayed. The clock is the journal's. */
class RetentionTest {
    private static final long SEGMENT_BYTES = 2 * 1024 * 1024;
    private static final Duration RETAIN = Duration.ofSeconds(2);
    private static final long PATIENCE_SECONDS = 30;

    @TempDir
    private Path directory;

    private SnapshotStore snapshots() {
        return new SnapshotStore(directory.resolve("snapshots"));
    }

    private SaleJournal open() throws IOException {
        return open(1_800_000_000_000L);
    }

    private SaleJournal open(final long nowMillis) throws IOException {
        final JournalConfig config = new JournalConfig(SyncPolicy.NEVER, SEGMENT_BYTES, 1, 1, 0, 1);
        final Path journal = directory.resolve("journal");
        final ReplayStart start = ReplayStart.newest(new ChronicleSegmentStorage(journal), snapshots(), Long.MAX_VALUE);
        return new SaleJournal(journal, 100, config, nowMillis, start.engine());
    }

    private Snapshotter snapshotter(final SaleJournal journal, final JournalRetention retention) {
        final SnapshotterConfig config = new SnapshotterConfig(
                Long.MAX_VALUE, Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofHours(1), () -> true);
        return new Snapshotter(config, journal.storage(), snapshots(), sequence -> {}, retention);
    }

    private JournalRetention retention(final SaleJournal journal, final long projectedThrough) {
        return new JournalRetention(journal.storage(), snapshots(), RETAIN, () -> projectedThrough, journal::nowMillis);
    }

    /** A snapshot at every beginning of a segment, as a snapshotter that keeps up takes them. */
    private void fillSegments(final SaleJournal journal, final int segments) {
        try (Snapshotter snapshotter = snapshotter(journal, retention(journal, 0))) {
            snapshotter.start();
            for (int i = 0; i < segments; i++) {
                final long segment = journal.writer().segment();
                while (journal.writer().segment() == segment) {
                    journal.append(4_096, 1_024);
                }
                final long beginning = newestBeginning(journal);
                await(() -> snapshotter.snapshotSequence() >= beginning, snapshotter);
            }
        }
    }

    private static void await(final BooleanSupplier condition, final Snapshotter snapshotter) {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "not in time: " + snapshotter.trouble());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static List<Long> numbers(final SaleJournal journal) {
        return JournalSegments.of(journal.storage()).segments().stream()
                .map(JournalSegments.Segment::number)
                .toList();
    }

    private void assertReplaysTo(final SaleJournal journal) throws IOException {
        final ReplayStart start = ReplayStart.oldest(journal.storage(), snapshots());
        final Replica replica = new Replica(start.engine(), Replica.DecisionListener.NONE);
        JournalRecovery.recover(
                journal.storage(), start.fromSequence(), snapshots().evidence(), replica);
        assertEquals(journal.engine().stateHash(), replica.engine().stateHash());
        assertEquals(
                journal.engine().stateHash(),
                EngineRecovery.run(journal.storage(), snapshots(), List.of())
                        .engine()
                        .stateHash());
    }

    @Test
    void shouldDeleteOnlyWhatIsOldAndProjectedAndReplacedByASnapshot() throws IOException {
        try (SaleJournal journal = open()) {
            fillSegments(journal, 3);
            assertEquals(List.of(1L, 2L, 3L, 4L), numbers(journal));
            final List<JournalSegments.Segment> segments =
                    JournalSegments.of(journal.storage()).segments();

            assertEquals(0, retention(journal, Long.MAX_VALUE).run(), "too young");
            journal.sleep(RETAIN.toMillis());
            assertEquals(0, retention(journal, 5).run(), "not projected");
            assertEquals(
                    0, retention(journal, segments.get(1).firstSequence() - 2).run(), "one command is not projected");
            final Path second = directory.resolve(String.format(
                    "snapshots/snapshot-%019d.fss", segments.get(1).firstSequence() - 1));
            final byte[] whole = Files.readAllBytes(second);
            final byte[] damaged = whole.clone();
            damaged[damaged.length / 2] ^= 1;
            Files.write(second, damaged);
            assertEquals(
                    0, retention(journal, segments.get(1).firstSequence() - 1).run(), "no whole snapshot");
            Files.write(second, whole);
            assertEquals(List.of(1L, 2L, 3L, 4L), numbers(journal));

            assertEquals(
                    1, retention(journal, segments.get(1).firstSequence() - 1).run());
            assertEquals(List.of(2L, 3L, 4L), numbers(journal));
            assertReplaysTo(journal);
            assertEquals(2, retention(journal, Long.MAX_VALUE).run(), "the newest segment stays");
            assertEquals(List.of(4L), numbers(journal));
            assertReplaysTo(journal);
            assertEquals(
                    segments.get(3).firstSequence(),
                    ReplayStart.oldest(journal.storage(), snapshots()).fromSequence());
        }
    }

    @Test
    void shouldKeepTheSnapshotAsLongAsTheSegmentThatBeginsWithIt() throws IOException {
        try (SaleJournal journal = open()) {
            fillSegments(journal, 4);
            final List<JournalSegments.Segment> segments =
                    JournalSegments.of(journal.storage()).segments();
            journal.sleep(RETAIN.toMillis());
            retention(journal, segments.get(1).firstSequence() - 1).run();
            assertTrue(sequences().contains(segments.get(1).firstSequence() - 1));
            retention(journal, Long.MAX_VALUE).run();
            assertEquals(
                    List.of(segments.get(4).firstSequence() - 1, segments.get(3).firstSequence() - 1),
                    sequences(),
                    "the newest two are kept, the others are not");
        }
    }

    private List<Long> sequences() throws IOException {
        return snapshots().list().stream().map(SnapshotHeader::sequence).toList();
    }

    @Test
    void shouldDeleteUnfinishedStartsOnceALaterOneSucceeded() throws IOException {
        try (SaleJournal journal = open()) {
            journal.append(1_000, 100);
            journal.writer().abandon();
        }
        Files.createDirectory(directory.resolve("journal/segment-0000000002"));
        try (SaleJournal journal = open()) {
            assertEquals(List.of(1L, 3L), numbers(journal));
            assertEquals(1, retention(journal, 0).run());
            assertTrue(Files.notExists(directory.resolve("journal/segment-0000000002")));
            journal.append(1_000, 100);
            assertReplaysTo(journal);
        }
    }

    @Test
    void shouldDeleteNothingWhereABegunSegmentHasLostItsRecords() throws IOException {
        final Path lost = directory.resolve("journal/segment-0000000002");
        try (SaleJournal journal = open()) {
            journal.append(1_000, 100);
            journal.writer().abandon();
        }
        Files.createDirectory(lost);
        try (SaleJournal journal = open()) {
            assertEquals(List.of(1L, 3L), numbers(journal));
            Files.createFile(lost.resolve("begun"));
            final JournalCorruptException refused = assertThrows(
                    JournalCorruptException.class,
                    () -> retention(journal, Long.MAX_VALUE).run());
            assertTrue(refused.getMessage().contains("marked as begun"), refused.getMessage());
            assertTrue(Files.exists(lost.resolve("begun")));
            Files.delete(lost.resolve("begun"));
        }
    }

    @Test
    void shouldGoOnWhereADeletionWasInterrupted() throws IOException {
        try (SaleJournal journal = open()) {
            fillSegments(journal, 2);
            Files.createDirectory(directory.resolve("journal/deleted-segment-0000000001"));
            Files.writeString(directory.resolve("journal/deleted-segment-0000000001/rest"), "half");
            journal.sleep(RETAIN.toMillis());
            assertEquals(2, retention(journal, Long.MAX_VALUE).run());
            assertTrue(Files.notExists(directory.resolve("journal/deleted-segment-0000000001")));
            assertReplaysTo(journal);
        }
    }

    @Test
    void shouldRefuseToStartWithoutASnapshotWhereTheBeginningIsGone() throws IOException {
        try (SaleJournal journal = open()) {
            fillSegments(journal, 2);
            journal.sleep(RETAIN.toMillis());
            retention(journal, Long.MAX_VALUE).run();
            for (final SnapshotHeader header : snapshots().list()) {
                final byte[] bytes = Files.readAllBytes(header.file());
                bytes[100] ^= 1;
                Files.write(header.file(), bytes);
            }
            final JournalCorruptException refused = assertThrows(
                    JournalCorruptException.class, () -> EngineRecovery.run(journal.storage(), snapshots(), List.of()));
            assertTrue(refused.getMessage().contains("corrupt"), refused.getMessage());
            assertTrue(refused.getMessage().contains("begins with sequence"), refused.getMessage());
        }
    }

    @Test
    void shouldUseNoMoreDiskHoweverManySalesThereAre() throws IOException {
        long most = 0;
        long nowMillis = 1_800_000_000_000L;
        for (int run = 0; run < 12; run++) {
            try (SaleJournal journal = open(nowMillis)) {
                assertNull(
                        run == 0
                                ? ReplayStart.newest(journal.storage(), snapshots(), Long.MAX_VALUE)
                                        .snapshot()
                                : null);
                fillSegments(journal, 3);
                // A whole sale passes between any two runs.
                journal.sleep(60_000);
                retention(journal, Long.MAX_VALUE).run();
                assertReplaysTo(journal);
                nowMillis = journal.nowMillis();
                final long bytes = bytes();
                if (run == 2) {
                    most = bytes + bytes / 4;
                } else if (run > 2) {
                    assertTrue(bytes <= most, "run " + run + ": " + bytes + " bytes, had been at most " + most);
                }
            }
        }
        assertNotNull(ReplayStart.newest(
                        new ChronicleSegmentStorage(directory.resolve("journal")), snapshots(), Long.MAX_VALUE)
                .snapshot());
    }

    @Test
    void shouldKeepTheDiskFlatWhileNobodyBuys() throws IOException {
        final Duration retain = Duration.ofHours(8);
        final JournalConfig config = JournalConfig.of(SyncPolicy.NEVER).withRetention(retain);
        long most = 0;
        try (SaleJournal journal = new SaleJournal(
                        directory.resolve("journal"), 100, config, 1_800_000_000_000L, new SaleEngine());
                Snapshotter snapshotter = snapshotter(journal, retention(journal, 0))) {
            snapshotter.start();
            final JournalRetention hourly = new JournalRetention(
                    journal.storage(), snapshots(), retain, () -> Long.MAX_VALUE, journal::nowMillis);
            for (int hour = 1; hour <= 40; hour++) {
                // A few commands in an hour: by size alone the first segment would last for years.
                for (int i = 0; i < 6; i++) {
                    journal.append(3, 3);
                    journal.sleep(Duration.ofMinutes(10).toMillis());
                }
                while (journal.writer().keeper().doWork() > 0) {}
                await(() -> snapshotter.snapshotSequence() >= newestBeginning(journal), snapshotter);
                hourly.run();
                final int segments = numbers(journal).size();
                assertTrue(segments <= 8 + 3, "hour " + hour + ": " + numbers(journal));
                if (hour == 16) {
                    most = bytes() + bytes() / 4;
                } else if (hour > 16) {
                    assertTrue(bytes() <= most, "hour " + hour + ": " + bytes() + ", had been at most " + most);
                }
            }
            assertTrue(
                    journal.writer().segment() > 30,
                    "segment " + journal.writer().segment());
            assertTrue(numbers(journal).get(0) > 20, "kept: " + numbers(journal));
            assertReplaysTo(journal);
        }
    }

    private static long newestBeginning(final SaleJournal journal) {
        return JournalSegments.of(journal.storage()).segments().stream()
                        .mapToLong(JournalSegments.Segment::firstSequence)
                        .max()
                        .orElseThrow()
                - 1;
    }

    private long bytes() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
