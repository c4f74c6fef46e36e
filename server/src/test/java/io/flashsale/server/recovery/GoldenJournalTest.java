package io.flashsale.server.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.SaleEngine;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalCorruptException;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.RecordFlyweight;
import io.flashsale.journal.Recovered;
import io.flashsale.projector.SnapshotHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * This build replays what earlier builds wrote, to the same state, and says so plainly when a later build wrote it.
 *
 * <p>The golden journals are written anew by this class with {@code -Dgolden.write=1}: only for a new version of a
 * format. Those of the old one stay.
 */
class GoldenJournalTest {
    private static final String CLEAN = "1-clean";
    private static final String TORN = "1-torn";
    private static final int VERSION_OFFSET = 8;
    private static final int FILE_HEADER = 48;
    private static final int RULES_VERSION_OFFSET = 2;

    @TempDir
    private Path data;

    @ParameterizedTest
    @ValueSource(strings = {CLEAN, TORN})
    void shouldReplayToTheStateThatItsBuildHad(final String name) throws IOException {
        final GoldenJournal golden = new GoldenJournal(name);
        golden.unpack(data);
        final SaleEngine engine = new SaleEngine();
        final Recovered recovered = replay(engine);
        assertEquals(golden.expected(), GoldenJournal.describe(engine, recovered.cleanEnd()));
        assertEquals(engine.lastSequence(), recovered.commands());
        assertEquals(name.equals(TORN), recovered.cutReport() != null);
        assertEquals(3, GoldenJournal.segments(data).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {CLEAN, TORN})
    void shouldStartFromTheSnapshotBesideIt(final String name) throws IOException {
        final GoldenJournal golden = new GoldenJournal(name);
        golden.unpack(data);
        final EngineRecovery recovery = EngineRecovery.run(storage(), GoldenJournal.store(data), List.of());
        assertNotNull(recovery.start().snapshot());
        assertTrue(recovery.journal().commands() < recovery.engine().lastSequence());
        assertEquals(
                golden.expected(),
                GoldenJournal.describe(recovery.engine(), recovery.journal().cleanEnd()));
    }

    @Test
    void shouldRefuseARecordOfANewerVersion() throws IOException {
        new GoldenJournal(CLEAN).unpack(data);
        final GoldenRecords records = newest();
        records.change(5, at -> records.bytes.putShort(at + VERSION_OFFSET, (short) 2));
        assertRefused("segment-0000000003", "unknown version", "version 2", "reads version 1");
    }

    @Test
    void shouldRefuseASegmentThatANewerVersionBegan() throws IOException {
        new GoldenJournal(CLEAN).unpack(data);
        final GoldenRecords records = newest();
        records.change(0, at -> records.bytes.putShort(at + VERSION_OFFSET, (short) 7));
        assertRefused("segment-0000000003", "unknown version", "version 7", "reads version 1");
    }

    @Test
    void shouldRefuseRulesThatItDoesNotKnow() throws IOException {
        new GoldenJournal(CLEAN).unpack(data);
        final GoldenRecords records =
                new GoldenRecords(GoldenJournal.segments(data).get(0));
        // The journal's first command configures; its rules' version stands where the engine's documentation says.
        final int version = RecordFlyweight.HEADER_LENGTH + RULES_VERSION_OFFSET;
        assertEquals(EngineLimits.RULES_VERSION, records.bytes.get(records.position(1) + version));
        records.change(1, at -> records.bytes.put(at + version, (byte) (EngineLimits.RULES_VERSION + 1)));
        final String message = assertThrows(UnreplayableJournalException.class, () -> replay(new SaleEngine()))
                .getMessage();
        assertTrue(message.contains("sequence 1 sets rules that this build does not know"), message);
        assertTrue(message.contains("start the build that wrote the journal"), message);
    }

    @Test
    void shouldSayThatASnapshotIsOfANewerVersionAndReplayWithoutIt() throws IOException {
        final GoldenJournal golden = new GoldenJournal(CLEAN);
        golden.unpack(data);
        final SnapshotHeader header = GoldenJournal.store(data).list().get(0);
        final byte[] file = Files.readAllBytes(header.file());
        final ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(VERSION_OFFSET, 3);
        bytes.putInt(FILE_HEADER - Integer.BYTES, crc(file, 0, FILE_HEADER - Integer.BYTES));
        Files.write(header.file(), file);
        assertRejected("file version 3, this build reads 1", golden.expected());

        // A file of this version whose engine's state is of a newer one, with all three checksums right.
        bytes.putInt(VERSION_OFFSET, 1);
        bytes.putInt(FILE_HEADER + VERSION_OFFSET, 2);
        bytes.putInt(file.length - Integer.BYTES, crc(file, FILE_HEADER, file.length - Integer.BYTES));
        bytes.putInt(FILE_HEADER - 2 * Integer.BYTES, crc(file, FILE_HEADER, file.length));
        bytes.putInt(FILE_HEADER - Integer.BYTES, crc(file, 0, FILE_HEADER - Integer.BYTES));
        Files.write(header.file(), file);
        assertRejected("snapshot version 2, this build reads 1", golden.expected());
    }

    private void assertRejected(final String why, final String expected) throws IOException {
        final EngineRecovery recovery = EngineRecovery.run(storage(), GoldenJournal.store(data), List.of());
        assertTrue(recovery.start().rejected().get(0).contains(why), recovery.describe());
        assertEquals(
                expected,
                GoldenJournal.describe(recovery.engine(), recovery.journal().cleanEnd()));
    }

    private void assertRefused(final String... parts) {
        final String message = assertThrows(JournalCorruptException.class, () -> replay(new SaleEngine()))
                .getMessage();
        for (final String part : parts) {
            assertTrue(message.contains(part), () -> part + " is not in: " + message);
        }
    }

    private ChronicleSegmentStorage storage() {
        return new ChronicleSegmentStorage(GoldenJournal.journal(data));
    }

    private Recovered replay(final SaleEngine engine) {
        return JournalRecovery.recover(storage(), 1, List.of(), new Replica(engine, Replica.DecisionListener.NONE));
    }

    private GoldenRecords newest() throws IOException {
        return new GoldenRecords(GoldenJournal.segments(data).get(2));
    }

    private static int crc(final byte[] bytes, final int from, final int to) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, from, to - from);
        return (int) crc.getValue();
    }

    /** Three runs of the service: the first ends clean, the second does not, and the third as the name says. */
    @Test
    @EnabledIfSystemProperty(named = "golden.write", matches = "1")
    void shouldWriteTheGoldenJournals() throws IOException {
        final Path journal = GoldenJournal.journal(data);
        try (GoldenStory story = new GoldenStory(journal)) {
            story.configure(50, 4, 2_000, 5_000);
            story.sell(600);
            story.checkpoint();
            story.sell(200);
            story.checkpoint();
        }
        final GoldenStory second = new GoldenStory(journal);
        second.configure(70, 3, 1_000, 3_000);
        second.sell(700);
        second.checkpoint();
        second.snapshot(GoldenJournal.snapshots(data));
        second.sell(100);
        // The second run is killed: what it would do at its end does not count for the third.
        final GoldenStory third = new GoldenStory(journal);
        third.sell(470);
        third.checkpoint();
        writeTorn();
        third.close();
        new GoldenJournal(CLEAN).write(data, GoldenJournal.describe(third.engine(), true));
        second.close();
    }

    /** What is there so far, but for the last record, which nothing proves durable: it is damaged. */
    private void writeTorn() throws IOException {
        final GoldenRecords records = newest();
        final int last = records.position(records.count() - 1) + RecordFlyweight.HEADER_LENGTH;
        final byte whole = records.bytes.get(last);
        records.bytes.put(last, (byte) ~whole);
        records.write(last);
        final SaleEngine engine = new SaleEngine();
        replay(engine);
        new GoldenJournal(TORN).write(data, GoldenJournal.describe(engine, false));
        records.bytes.put(last, whole);
        records.write(last);
    }
}
