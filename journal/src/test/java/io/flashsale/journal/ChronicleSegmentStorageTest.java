package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments are real Chronicle queues, read raw. */
class ChronicleSegmentStorageTest {
    @TempDir
    Path directory;

    private SegmentStorage storage;

    @BeforeEach
    void setUp() {
        storage = new ChronicleSegmentStorage(directory);
    }

    @Test
    void shouldBeReadAlikeByAnOrdinaryTailer() throws Exception {
        final Entries entries = new Entries();
        final JournalWriter journal =
                JournalWriter.open(storage, JournalConfig.of(SyncPolicy.ALWAYS), Recovered.nothing());
        for (int i = 0; i < 3000; i++) {
            entries.append(journal, i % 40 + 1, i, i);
        }
        journal.close();
        int records = 0;
        try (ChronicleQueue queue = ChronicleSettings.builder(directory.resolve("segment-0000000001"))
                        .readOnly(true)
                        .build();
                ExcerptTailer tailer = queue.createTailer();
                RecordCursor cursor = new RecordCursor(storage, 1)) {
            long position = 0;
            while (cursor.next(position) == RecordCursor.Found.RECORD) {
                position = cursor.nextPosition();
                try (DocumentContext document = tailer.readingDocument()) {
                    assertTrue(document.isPresent(), "record " + records);
                    final Bytes<?> bytes = document.wire().bytes();
                    final byte[] theirs = new byte[(int) bytes.readRemaining()];
                    bytes.read(theirs);
                    final ByteBuffer ours = ByteBuffer.allocate(cursor.record().length());
                    cursor.read(cursor.recordPosition(), ours);
                    assertArrayEquals(ours.array(), theirs);
                }
                records++;
            }
            try (DocumentContext document = tailer.readingDocument()) {
                assertFalse(document.isPresent());
            }
        }
        assertEquals(3002, records, "start, batches, clean end");
    }

    /** Nothing but the order of our stores keeps a foreign tailer from half a record. */
    @Test
    void shouldBeFollowedByAnOrdinaryTailerWhileItIsWritten() throws Exception {
        final int records = 10_000;
        final JournalWriter journal =
                JournalWriter.open(storage, JournalConfig.of(SyncPolicy.NEVER), Recovered.nothing());
        final CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            final Entries entries = new Entries();
            for (int i = 1; i < records; i++) {
                entries.append(journal, i % 200 + 1, i, i);
            }
        });
        final CRC32C crc = new CRC32C();
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        try (ChronicleQueue queue = ChronicleSettings.builder(directory.resolve("segment-0000000001"))
                        .readOnly(true)
                        .build();
                ExcerptTailer tailer = queue.createTailer()) {
            int read = 0;
            while (read < records) {
                try (DocumentContext document = tailer.readingDocument()) {
                    if (document.isPresent()) {
                        final byte[] bytes =
                                new byte[(int) document.wire().bytes().readRemaining()];
                        document.wire().bytes().read(bytes);
                        final ByteBuffer record = ByteBuffer.allocateDirect(bytes.length);
                        record.put(bytes).clear();
                        final RecordFlyweight flyweight = new RecordFlyweight().wrap(new UnsafeBuffer(record), 0);
                        assertEquals(
                                RecordChecksum.of(crc, record, 0, bytes.length), flyweight.crc(), "record " + read);
                        read++;
                    } else {
                        assertTrue(System.nanoTime() - deadline < 0, "read only " + read);
                        Thread.onSpinWait();
                    }
                }
            }
        }
        writing.get();
        journal.close();
    }

    @Test
    void shouldNeverStoreBeyondTheFrontier() throws Exception {
        final ByteBuffer record = ByteBuffer.allocateDirect(JournalLimits.MAX_RECORD_LENGTH);
        new UnsafeBuffer(record).setMemory(0, record.capacity(), (byte) 0x55);
        try (SegmentWriter writer = storage.create(1, 1)) {
            for (int fills = 0; fills < 5; fills++) {
                while (writer.hasRoomFor(record.capacity())) {
                    writer.append(record.clear());
                }
                final long frontier = writer.frontier();
                assertTrue(writer.position() + 8 <= frontier);
                assertThrows(IllegalStateException.class, () -> writer.append(record.clear()));
                assertZeros(frontier);
                writer.fill(frontier + 1_000_000);
            }
        }
    }

    private void assertZeros(final long from) throws IOException {
        try (SegmentReader reader = storage.open(1)) {
            final ByteBuffer rest = ByteBuffer.allocate((int) Math.max(0, reader.size() - from));
            reader.read(from, rest);
            assertArrayEquals(new byte[rest.capacity()], rest.array());
        }
    }

    @Test
    void shouldFillTheFirstMappingBeforeChronicleOpensTheFile() throws Exception {
        try (SegmentWriter writer = storage.create(1, 1)) {
            final Path file = directory.resolve("segment-0000000001").resolve(ChronicleSettings.DATA_FILE);
            assertEquals(writer.frontier(), Files.size(file));
            writer.append(ByteBuffer.allocateDirect(64));
            assertEquals(writer.frontier(), Files.size(file), "Chronicle did not need to make the file longer");
        }
    }

    @Test
    void shouldNotLookUpAnything() throws Exception {
        storage.create(1, 1).close();
        assertThrows(ClassNotFoundException.class, () -> Class.forName("net.openhft.chronicle.analytics.Analytics"));
        assertEquals("true", System.getProperty("chronicle.analytics.disable"));
        final Set<String> threads = Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("analytics") || name.contains("disk-space"))
                .collect(Collectors.toSet());
        assertEquals(Set.of(), threads);
    }

    @Test
    void shouldIgnoreStartThatEndedBeforeItsDataFile() throws Exception {
        final Entries entries = new Entries();
        final JournalWriter journal =
                JournalWriter.open(storage, JournalConfig.of(SyncPolicy.ALWAYS), Recovered.nothing());
        entries.append(journal, 3, 1, 1);
        journal.close();
        Files.createDirectory(directory.resolve(storage.name(2)));
        final Recovered recovered = JournalRecovery.recover(storage, 1, List.of(), new Entries());
        assertEquals(3, recovered.lastSequence());
        final JournalWriter next = JournalWriter.open(storage, JournalConfig.of(SyncPolicy.ALWAYS), recovered);
        assertEquals(3, next.segment());
        next.close();
    }

    @Test
    void shouldDeleteSegment() throws Exception {
        storage.create(1, 1).close();
        storage.create(2, 1).close();
        assertArrayEquals(new long[] {1, 2}, storage.list());
        storage.delete(1);
        assertArrayEquals(new long[] {2}, storage.list());
        assertFalse(Files.exists(directory.resolve("segment-0000000001")));
    }

    @Test
    void shouldCutTornTailAndContinue() throws Exception {
        final Entries entries = new Entries();
        final JournalWriter journal =
                JournalWriter.open(storage, JournalConfig.of(SyncPolicy.ALWAYS), Recovered.nothing());
        for (int i = 0; i < 100; i++) {
            entries.append(journal, 3, i, i);
            journal.sync();
        }
        final long end = journal.bytes();
        journal.abandon();
        overwrite(1, end - 40);
        final Recovered recovered = JournalRecovery.recover(storage, 1, List.of(), new Entries());
        assertEquals(297, recovered.lastSequence());
        assertTrue(recovered.cutReport().contains("sequence 298"), recovered.cutReport());
        final JournalWriter next = JournalWriter.open(storage, JournalConfig.of(SyncPolicy.ALWAYS), recovered);
        entries.append(next, 3, 500, 500);
        next.close();
        final Entries read = new Entries();
        assertEquals(300, JournalRecovery.recover(storage, 1, List.of(), read).lastSequence());
        assertEquals(500, read.authors.get(298));
    }

    @Test
    void shouldRefuseBadRecordProvenDurable() throws Exception {
        final Entries entries = new Entries();
        final JournalWriter journal =
                JournalWriter.open(storage, JournalConfig.of(SyncPolicy.ALWAYS), Recovered.nothing());
        entries.append(journal, 3, 1, 1);
        final long middle = journal.bytes() - 40;
        journal.sync();
        entries.append(journal, 3, 1, 1);
        journal.abandon();
        overwrite(1, middle);
        final JournalCorruptException refused = assertThrows(
                JournalCorruptException.class, () -> JournalRecovery.recover(storage, 1, List.of(), new Entries()));
        assertTrue(refused.getMessage().contains("proves"), refused.getMessage());
    }

    private void overwrite(final long segment, final long position) throws IOException {
        final Path file = directory.resolve(storage.name(segment)).resolve(ChronicleSettings.DATA_FILE);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(position);
            bytes.write(new byte[16]);
        }
    }

    @Test
    void shouldTrimSegmentsThatAreReadWhileTheJournalGoesOn() throws Exception {
        final Entries entries = new Entries();
        final Entries read = new Entries();
        final JournalConfig config = JournalConfig.of(SyncPolicy.NEVER).withRetention(Duration.ofHours(8));
        final JournalWriter journal = JournalWriter.open(storage, config, Recovered.nothing());
        try (JournalReader reader = new JournalReader(storage, 1, List.of());
                ChronicleQueue queue = ChronicleSettings.builder(directory.resolve(storage.name(1)))
                        .readOnly(true)
                        .build()) {
            entries.append(journal, 1, 1, 0);
            reader.poll(read, 1);
            // An ordinary tailer stands at the end of what will be trimmed, mapped.
            try (ExcerptTailer tailer = queue.createTailer()) {
                int records = 0;
                for (int i = 1; i <= 20; i++) {
                    for (int j = 0; j < 50; j++) {
                        entries.append(journal, 200, i, i * Duration.ofHours(1).toMillis());
                    }
                    while (tailer.readDocument(wire -> {})) {
                        records++;
                    }
                    while (journal.keeper().doWork() > 0) {}
                    assertEquals(i + 1, journal.segment());
                    assertTrue(size(i) <= 2L * 1024 * 1024, "segment " + i + ": " + size(i));
                    try (DocumentContext document = tailer.readingDocument()) {
                        assertFalse(document.isPresent());
                    }
                }
                assertEquals(2, records, "the start and the only batch");
            }
            while (reader.poll(read, 16) > 0) {}
            assertEquals(journal.appendedSequence(), read.lastSequence);
        }
        journal.close();
        assertEquals(
                20 * 50 * 200 + 1,
                JournalRecovery.recover(storage, 1, List.of(), new Entries()).lastSequence());
    }

    @Test
    void shouldGoOnWhereTheSegmentBeforeIsDeletedBeforeItIsTrimmed() throws Exception {
        final Entries entries = new Entries();
        final JournalConfig config = JournalConfig.of(SyncPolicy.ALWAYS).withRetention(Duration.ofHours(8));
        try (JournalWriter journal = JournalWriter.open(storage, config, Recovered.nothing())) {
            entries.append(journal, 1, 1, 0);
            entries.append(journal, 1, 1, Duration.ofHours(1).toMillis());
            assertEquals(2, journal.segment());
            storage.delete(1);
            while (journal.keeper().doWork() > 0) {}
            assertNull(journal.keeper().spaceTrouble());
            assertTrue(journal.hasRoom());
            entries.append(journal, 1, 1, Duration.ofHours(1).toMillis());
        }
        assertThrows(NoSuchFileException.class, () -> storage.trim(1, 0));
    }

    private long size(final long segment) throws IOException {
        return Files.size(directory.resolve(storage.name(segment)).resolve(ChronicleSettings.DATA_FILE));
    }

    @Test
    void shouldNotFillTheDiskWithFiftyStarts() throws Exception {
        final Entries entries = new Entries();
        for (int i = 0; i < 50; i++) {
            final Recovered recovered = JournalRecovery.recover(storage, 1, List.of(), new Entries());
            assertEquals(i, recovered.lastSequence());
            final JournalWriter journal = JournalWriter.open(storage, JournalConfig.of(SyncPolicy.ALWAYS), recovered);
            while (journal.keeper().doWork() > 0) {}
            assertTrue(journal.hasRoom());
            entries.append(journal, 1, i, i);
            if (i % 2 == 0) {
                journal.close();
            } else {
                journal.abandon();
            }
        }
        try (Stream<Path> files = Files.walk(directory)) {
            final long bytes = files.mapToLong(
                            path -> path.toFile().isFile() ? path.toFile().length() : 0)
                    .sum();
            assertTrue(bytes < 100L * 1024 * 1024, "bytes on disk: " + bytes);
        }
    }
}
