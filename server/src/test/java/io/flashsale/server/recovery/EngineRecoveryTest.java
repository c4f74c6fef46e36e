package io.flashsale.server.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Decision;
import io.flashsale.engine.SaleEngine;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.Evidence;
import io.flashsale.journal.JournalException;
import io.flashsale.journal.RecordFlyweight;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.projector.JournalRetention;
import io.flashsale.projector.ProjectionException;
import io.flashsale.projector.ProjectionMark;
import io.flashsale.projector.SnapshotHeader;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.projector.Snapshotter;
import io.flashsale.projector.SnapshotterConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recovery as the service does it, of real files: the table of cases, from the data directory's side. */
class EngineRecoveryTest {
    private static final int BATCH = 10;
    private static final int CRC_OFFSET = RecordFlyweight.HEADER_LENGTH - Integer.BYTES;

    @TempDir
    private Path directory;

    private long stateHash;
    private long lastSequence;
    private long journalId;

    /** Two starts with a clean end between them, and a snapshot after each. */
    @BeforeEach
    void writeJournal() throws IOException {
        for (int start = 0; start < 2; start++) {
            try (SaleJournal journal = new SaleJournal(journal(), 100, SaleJournal.config(1L << 30))) {
                journal.append(400, BATCH);
                takeSnapshot(journal.storage(), journal.engine().lastSequence());
                journal.append(100, BATCH);
                stateHash = journal.engine().stateHash();
                lastSequence = journal.engine().lastSequence();
                journalId = journal.writer().journalId();
            }
        }
    }

    private Path journal() {
        return directory.resolve("journal");
    }

    private SnapshotStore snapshots() {
        return new SnapshotStore(directory.resolve("snapshots"));
    }

    private void takeSnapshot(final SegmentStorage storage, final long sequence) {
        final JournalRetention retention =
                new JournalRetention(storage, snapshots(), Duration.ofDays(1), () -> 0, SystemEpochClock.INSTANCE);
        try (Snapshotter snapshotter =
                new Snapshotter(SnapshotterConfig.of(() -> true), storage, snapshots(), durable -> {}, retention)) {
            snapshotter.start();
            snapshotter.finishAt(sequence);
            assertTrue(snapshotter.awaitFinished(Duration.ofSeconds(20)), snapshotter.trouble());
        }
    }

    private EngineRecovery recover(final Evidence... marks) throws IOException {
        return EngineRecovery.run(new ChronicleSegmentStorage(journal()), snapshots(), List.of(marks));
    }

    private void assertRefused(final String... parts) {
        final JournalException refused = assertThrows(JournalException.class, this::recover);
        for (final String part : parts) {
            assertTrue(refused.getMessage().contains(part), () -> part + " is not in: " + refused.getMessage());
        }
        assertFalse(refused.getMessage().contains("\n"), "one line");
    }

    @Test
    void shouldReplayOnlyWhatFollowsTheNewestSnapshot() throws IOException {
        final EngineRecovery recovery = recover();
        assertEquals(100, recovery.journal().commands());
        assertEquals(stateHash, recovery.engine().stateHash());
        assertEquals(lastSequence, recovery.engine().lastSequence());
        assertTrue(
                recovery.describe().startsWith("snapshot of sequence 901, 50 records verified, 100 commands replayed"),
                recovery.describe());
        assertTrue(recovery.describe().contains("clean end"), recovery.describe());
    }

    @Test
    void shouldDecideAfterASnapshotAsTheEngineWouldHaveThatNeverStopped() throws IOException {
        final SaleEngine restored = recover().engine();
        deleteSnapshots();
        final SaleEngine replayed = recover().engine();
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[CommandFlyweight.LENGTH]);
        for (int i = 0; i < 5_000; i++) {
            new CommandFlyweight().wrap(buffer, 0).checkout(i, i % 100, i, 0);
            final Decision one = new Decision();
            final Decision other = new Decision();
            final long time = restored.nowMillis() + i % 3 * 30_000L;
            restored.apply(restored.lastSequence() + 1, time, buffer, 0, one);
            replayed.apply(replayed.lastSequence() + 1, time, buffer, 0, other);
            assertEquals(other.outcome(), one.outcome());
            assertEquals(replayed.stateHash(), restored.stateHash());
        }
    }

    @Test
    void shouldFallBackToTheOlderSnapshotAndThenToNoneAndSaySo() throws IOException {
        final List<SnapshotHeader> newestFirst = snapshots().list();
        flip(newestFirst.get(0).file(), 150);
        final EngineRecovery older = recover();
        assertEquals(stateHash, older.engine().stateHash());
        assertEquals(newestFirst.get(1).file(), older.start().snapshot());
        assertTrue(older.describe().contains(newestFirst.get(0).file() + " is corrupt"), older.describe());
        for (final SnapshotHeader header : newestFirst) {
            flip(header.file(), 20);
        }
        final EngineRecovery none = recover();
        assertNull(none.start().snapshot());
        assertEquals(stateHash, none.engine().stateHash());
        assertEquals(lastSequence, none.journal().commands());
        assertEquals(newestFirst.size(), none.start().rejected().size());
    }

    @Test
    void shouldNeverRestoreAnotherStateFromADamagedSnapshot() throws IOException {
        final Path newest = snapshots().list().get(0).file();
        final byte[] whole = Files.readAllBytes(newest);
        for (int at = 0; at < whole.length; at += at < 256 ? 1 : 37) {
            final byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << at % 8);
            Files.write(newest, damaged);
            final EngineRecovery recovery = recover();
            assertEquals(stateHash, recovery.engine().stateHash(), "flip at " + at);
            assertEquals(1, recovery.start().rejected().size(), "flip at " + at);
        }
        for (int length = 0; length < whole.length; length += 101) {
            Files.write(newest, Arrays.copyOf(whole, length));
            assertEquals(stateHash, recover().engine().stateHash(), "cut to " + length);
        }
    }

    @Test
    void shouldRefuseASnapshotThatIsNewerThanTheJournal() throws IOException {
        delete(journal().resolve("segment-0000000002"));
        assertRefused("snapshot-0000000000000000901", "901", "sequence 501", "segment-0000000001");
        delete(journal());
        assertRefused("snapshot-0000000000000000901", "no segment");
    }

    @Test
    void shouldRefuseAJournalThatADamagedSnapshotProvesLonger() throws IOException {
        final Path newest = snapshots().list().get(0).file();
        flip(newest, 150);
        delete(journal().resolve("segment-0000000002"));
        assertRefused(newest.toString(), "901");
    }

    @Test
    void shouldRefuseASnapshotOfAnotherJournal() throws IOException {
        delete(journal());
        try (SaleJournal other = new SaleJournal(journal(), 100, SaleJournal.config(1L << 30))) {
            other.append(2_000, BATCH);
        }
        assertRefused("was taken of journal " + journalId);
    }

    @Test
    void shouldRefuseAMarkBeyondTheEnd() throws IOException {
        final Path file = directory.resolve("projection.mark");
        try (ProjectionMark mark = new ProjectionMark(file)) {
            mark.write(new ProjectionMark.Position(journalId, lastSequence + 1, 0));
        }
        final Evidence evidence = ProjectionMark.evidence(file, new ChronicleSegmentStorage(journal()))
                .get(0);
        final JournalException refused = assertThrows(JournalException.class, () -> recover(evidence));
        assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
        assertTrue(refused.getMessage().contains("sequence " + lastSequence), refused.getMessage());
    }

    @Test
    void shouldRefuseAMarkOfAnotherJournalHoweverSmall() throws IOException {
        final Path file = directory.resolve("projection.mark");
        try (ProjectionMark mark = new ProjectionMark(file)) {
            mark.write(new ProjectionMark.Position(0xABCD, 1, 0));
        }
        final ProjectionException refused = assertThrows(
                ProjectionException.class, () -> ProjectionMark.evidence(file, new ChronicleSegmentStorage(journal())));
        assertTrue(refused.getMessage().contains("abcd"), refused.getMessage());
        assertTrue(refused.getMessage().contains(Long.toHexString(journalId)), refused.getMessage());
        assertTrue(refused.getMessage().contains(file.toString()), refused.getMessage());
        delete(journal());
        assertEquals(
                1,
                ProjectionMark.evidence(file, new ChronicleSegmentStorage(journal()))
                        .get(0)
                        .sequence(),
                "where there is no journal at all, it proves that there was one");
    }

    @Test
    void shouldRefuseAMissingSegment() throws IOException {
        try (SaleJournal third = new SaleJournal(journal(), 100, SaleJournal.config(1L << 30))) {
            third.append(100, BATCH);
        }
        delete(journal().resolve("segment-0000000002"));
        assertRefused("segment-0000000002 is missing");
    }

    @Test
    void shouldRefuseASegmentOfAnotherJournal() throws IOException {
        final Path stranger = directory.resolve("stranger");
        try (SaleJournal other = new SaleJournal(stranger, 100, SaleJournal.config(1L << 30))) {
            other.append(500, BATCH);
        }
        delete(journal().resolve("segment-0000000001"));
        Files.move(stranger.resolve("segment-0000000001"), journal().resolve("segment-0000000001"));
        assertRefused("segment-0000000001 belongs to journal");
    }

    @Test
    void shouldRefuseASequenceGap() throws IOException {
        final List<Long> records = records();
        // The record before the last takes the sequences of the one behind it.
        patch(records.get(records.size() - 3), RecordFlyweight.HEADER_LENGTH, record -> record.putLong(16 + 8, 992));
        assertRefused("sequence gap");
    }

    @Test
    void shouldRefuseAWrongChain() throws IOException {
        final List<Long> records = records();
        patch(records.get(records.size() - 3), RecordFlyweight.HEADER_LENGTH, record -> record.putInt(48, 7));
        assertRefused("wrong chain");
    }

    @Test
    void shouldRefuseAnUnknownVersion() throws IOException {
        final List<Long> records = records();
        patch(records.get(records.size() - 3), RecordFlyweight.HEADER_LENGTH, record -> record.putShort(8, (short) 9));
        assertRefused("unknown version");
    }

    @Test
    void shouldRefuseDamageThatALaterRecordProvesDurable() throws IOException {
        final List<Long> records = records();
        flip(data(), records.get(records.size() - 3) + 70);
        assertRefused("segment-0000000002", "damaged", "proves");
    }

    @Test
    void shouldRefuseANewestSegmentThatWasZeroedThoughNoSnapshotProvesIt() throws IOException {
        deleteSnapshots();
        Files.write(data(), new byte[(int) Files.size(data())]);
        assertRefused("segment-0000000002", "first record is damaged or gone", "begun");
        Files.delete(data().resolveSibling("begun"));
        final String line = EngineRecovery.run(new ChronicleSegmentStorage(journal()), snapshots(), List.of())
                .describe();
        assertTrue(line.contains("segment-0000000002 has " + Files.size(data()) + " bytes"), line);
        assertTrue(line.contains("ignored as an unfinished start"), line);
    }

    private Path data() {
        return journal().resolve("segment-0000000002").resolve("19700101F.cq4");
    }

    /** Positions of the newest segment's records, by their magic. */
    private List<Long> records() throws IOException {
        final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(data())).order(ByteOrder.LITTLE_ENDIAN);
        final List<Long> found = new ArrayList<>();
        for (int at = 0; at + 8 <= bytes.capacity(); at += 4) {
            if (bytes.getLong(at) == RecordFlyweight.MAGIC) {
                found.add((long) at);
            }
        }
        return found;
    }

    /** Changes a record and makes its checksum right again. */
    private void patch(final long at, final int headerLength, final Consumer<ByteBuffer> change) throws IOException {
        final byte[] file = Files.readAllBytes(data());
        final ByteBuffer record = ByteBuffer.wrap(file, (int) at, headerLength + BATCH * 32)
                .slice()
                .order(ByteOrder.LITTLE_ENDIAN);
        change.accept(record);
        final CRC32C crc = new CRC32C();
        crc.update(record.duplicate().limit(CRC_OFFSET));
        crc.update(record.duplicate().position(headerLength));
        record.putInt(CRC_OFFSET, (int) crc.getValue());
        Files.write(data(), file);
    }

    private static void flip(final Path file, final long position) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        bytes[(int) position] ^= 1;
        Files.write(file, bytes);
    }

    private void deleteSnapshots() throws IOException {
        delete(directory.resolve("snapshots"));
    }

    private static void delete(final Path tree) throws IOException {
        try (Stream<Path> paths = Files.walk(tree)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (final IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
