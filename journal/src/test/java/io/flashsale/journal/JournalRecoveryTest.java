package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One test per row of the table in {@link JournalRecovery}. Each segment holds records of two entries. */
class JournalRecoveryTest {
    private static final JournalConfig CONFIG = new JournalConfig(SyncPolicy.ALWAYS, 1 << 20, 1, 1, 0, 1);

    private final SimulatedSegmentStorage storage = new SimulatedSegmentStorage(new Random(1));
    private final Entries entries = new Entries();

    @Test
    void shouldFindNewJournalInEmptyDirectory() {
        final Recovered recovered = recover();
        assertEquals(0, recovered.journalId());
        assertEquals(0, recovered.lastSequence());
        final JournalWriter journal = JournalWriter.open(storage, CONFIG, recovered);
        assertNotEquals(0, journal.journalId());
        assertEquals(1, journal.segment());
    }

    @Test
    void shouldEndAtCleanEnd() {
        run(3, true);
        final Recovered recovered = recover();
        assertTrue(recovered.cleanEnd());
        assertEquals(6, recovered.lastSequence());
        assertNull(recovered.cutReport());
        assertEquals(6, recovered.tail().provenLast());
    }

    @Test
    void shouldEndAtZeroHeaderWithNothingBehindIt() {
        run(3, false);
        final Recovered recovered = recover();
        assertFalse(recovered.cleanEnd());
        assertEquals(6, recovered.lastSequence());
        assertNull(recovered.cutReport());
        assertEquals(4, recovered.tail().provenLast(), "the last record is not proven durable by a later one");
    }

    @Test
    void shouldCutTornTailAndReportIt() {
        run(3, false);
        flip(1, frames(1).get(3) + 60);
        final Recovered recovered = recover();
        assertEquals(4, recovered.lastSequence());
        assertMessage(recovered.cutReport(), "segment-0000000001", "sequence 5", "damaged", "cut here");

        final JournalWriter journal = JournalWriter.open(storage, CONFIG, recovered);
        entries.append(journal, 2, 77, 77);
        journal.close();
        final Entries read = new Entries();
        assertEquals(6, JournalRecovery.recover(storage, 1, List.of(), read).lastSequence());
        assertEquals(77, read.authors.get(4), "every reader honours the cut");
    }

    @Test
    void shouldCutZeroHeaderWithUnprovenRecordsBehindIt() {
        final JournalWriter journal = JournalWriter.open(storage, CONFIG, recover());
        for (int i = 0; i < 3; i++) {
            entries.append(journal, 2, i, i);
        }
        zeroHeader(1, frames(1).get(2));
        final Recovered recovered = recover();
        assertEquals(2, recovered.lastSequence());
        assertMessage(recovered.cutReport(), "nothing is written here", "sequences 3 to 4", "dropped");
    }

    @Test
    void shouldRefuseBadRecordProvenDurableByLaterRecord() {
        run(3, false);
        flip(1, frames(1).get(2) + 60);
        assertRefused(
                List.of(), "segment-0000000001", "sequence 3", "damaged", "sequences 5 to 6", "proves", "position");
    }

    @Test
    void shouldRefuseZeroHeaderProvenDurableByLaterRecord() {
        run(3, false);
        zeroHeader(1, frames(1).get(2));
        assertRefused(List.of(), "segment-0000000001", "sequence 3", "nothing is written", "sequences 5 to 6");
    }

    @Test
    void shouldRefuseBadRecordBeforeCleanEnd() {
        run(3, true);
        flip(1, frames(1).get(3) + 60);
        assertRefused(List.of(), "sequence 5", "damaged", "clean end after sequence 6");
    }

    @Test
    void shouldRefuseBadRecordProvenDurableByEvidence() {
        run(3, false);
        flip(1, frames(1).get(3) + 60);
        assertRefused(
                List.of(new Evidence("projector mark", 5)), "sequence 5", "damaged", "projector mark", "5 durable");
    }

    @Test
    void shouldRefuseEvidenceBeyondTheEnd() {
        run(3, false);
        assertRefused(List.of(new Evidence("snapshot 9", 9)), "sequence 7", "snapshot 9", "sequence 9");
    }

    @Test
    void shouldRefuseEvidenceBeyondCleanEnd() {
        run(3, true);
        assertRefused(List.of(new Evidence("snapshot 9", 9)), "sequence 6", "snapshot 9", "sequence 9");
    }

    @Test
    void shouldRefuseEvidenceWithoutJournal() {
        assertRefused(List.of(new Evidence("snapshot 9", 9)), "no segment", "snapshot 9", "sequence 9");
    }

    @Test
    void shouldRefuseBadRecordBeforeCut() {
        run(3, false);
        run(1, false);
        flip(1, frames(1).get(1) + 60);
        assertRefused(List.of(), "segment-0000000001", "sequence 1", "damaged", "segment-0000000002 continues");
    }

    @Test
    void shouldRefuseSequenceGap() {
        run(1, false);
        replaceSecondBatch(journalId(), 9, true, RecordFlyweight.VERSION);
        assertRefused(List.of(), "segment-0000000001", "sequence 3", "sequence gap", "9");
    }

    @Test
    void shouldRefuseWrongChain() {
        run(1, false);
        replaceSecondBatch(journalId(), 3, false, RecordFlyweight.VERSION);
        assertRefused(List.of(), "segment-0000000001", "sequence 3", "wrong chain");
    }

    @Test
    void shouldRefuseUnknownVersion() {
        run(1, false);
        replaceSecondBatch(journalId(), 3, true, 2);
        assertRefused(List.of(), "segment-0000000001", "unknown version", "version 2");
    }

    @Test
    void shouldRefuseRecordOfAnotherJournal() {
        run(1, false);
        replaceSecondBatch(0xABCD, 3, true, RecordFlyweight.VERSION);
        assertRefused(List.of(), "segment-0000000001", "journal abcd");
    }

    @Test
    void shouldRefuseAnotherJournalsSegment() {
        run(2, true);
        run(2, true);
        final SimulatedSegmentStorage other = new SimulatedSegmentStorage(new Random(2));
        final JournalWriter journal = JournalWriter.open(other, CONFIG, Recovered.nothing());
        entries.append(journal, 2, 1, 1);
        journal.close();
        storage.segments.put(1L, other.segments.get(1L));
        assertRefused(List.of(), "segment-0000000001", "belongs to journal");
    }

    @ParameterizedTest
    @CsvSource({
        "-3, -1, -1",
        "-1,  0,  0",
        " 2,  4,  4",
        " 3,  4,  4",
        " 0,  4,  4",
        " 1, -1,  4",
        " 1,  4,  3",
        " 1, 9223372036854775807, 9223372036854775807",
    })
    void shouldRefuseSegmentStartThatCannotBe(final long predecessor, final long last, final long copiedThrough) {
        run(2, true);
        run(1, true);
        replaceStart(2, new SegmentStart(2, predecessor, last, 0, copiedThrough, 0));
        assertRefused(List.of(), "segment-0000000002", "segment " + predecessor + " after", "cannot be");
    }

    @Test
    void shouldRefuseMissingSegmentInTheMiddle() {
        run(2, true);
        run(2, true);
        run(2, true);
        storage.delete(2);
        assertRefused(List.of(), "segment-0000000002 is missing", "segment-0000000003");
    }

    @Test
    void shouldReadOnFromDeletedHistory() {
        run(2, true);
        run(2, true);
        run(2, true);
        storage.delete(1);
        assertRefused(List.of(), "segment-0000000001 is missing", "sequence 1 is wanted");
        final Entries read = new Entries();
        assertEquals(12, JournalRecovery.recover(storage, 5, List.of(), read).lastSequence());
        assertEquals(5, read.firstSequence);
    }

    @Test
    void shouldDeliverFromTheMiddleOfRecord() {
        run(5, false);
        final Entries read = new Entries();
        final Recovered recovered = JournalRecovery.recover(storage, 4, List.of(), read);
        assertEquals(4, read.firstSequence);
        assertEquals(10, read.lastSequence);
        assertEquals(7, recovered.commands());
    }

    @Test
    void shouldIgnoreUnfinishedStartWithoutFirstRecord() throws Exception {
        run(3, false);
        storage.create(2, 1).close();
        assertEquals(6, recover().lastSequence());
        run(1, true);
        assertEquals(List.of(1L, 2L, 3L), List.copyOf(storage.segments.keySet()), "a fresh number");
        assertEquals(8, recover().lastSequence());
    }

    @Test
    void shouldSayWhatIsIgnored() throws Exception {
        run(3, false);
        assertEquals(List.of(), recover().unfinished());
        storage.create(2, 1).close();
        final List<String> unfinished = recover().unfinished();
        assertEquals(1, unfinished.size());
        assertMessage(unfinished.get(0), "segment-0000000002 has 32768 bytes", "no valid first record", "ignored");
        run(1, false);
        assertEquals(List.of(), recover().unfinished(), "succeeded");
    }

    @Test
    void shouldRefuseBegunSegmentWithoutFirstRecord() {
        run(3, false);
        run(1, false);
        wipe(2);
        assertRefused(List.of(), "segment-0000000002", "first record is damaged or gone", "32768 bytes", "begun");
    }

    @Test
    void shouldRefuseBegunSegmentWithoutItsCopies() {
        run(3, false);
        JournalWriter.open(storage, CONFIG, recover()).abandon();
        flip(2, frames(2).get(1) + 60);
        assertRefused(List.of(), "segment-0000000002", "copied record at or before sequence 6", "begun");
    }

    @Test
    void shouldRefuseBegunSegmentWithoutFirstRecordThoughLaterOnesWerePrepared() throws Exception {
        run(3, false);
        run(1, false);
        storage.create(3, 1).close();
        wipe(2);
        assertRefused(List.of(), "segment-0000000002", "first record is damaged or gone", "begun");
    }

    @Test
    void shouldRefuseBegunSegmentWithoutFirstRecordThoughALaterOneReplacedIt() {
        run(3, false);
        JournalWriter.open(storage, CONFIG, recover()).abandon();
        run(1, false);
        assertEquals(1, recover().tail().segment() - 2, "3 replaced 2, where nothing had been appended");
        wipe(2);
        assertRefused(List.of(), "segment-0000000002", "first record is damaged or gone", "begun");
    }

    @Test
    void shouldIgnoreUnfinishedStartWithoutItsCopies() {
        run(3, false);
        JournalWriter.open(storage, CONFIG, recover()).abandon();
        storage.segments.get(2L).begun = false;
        final List<Long> frames = frames(2);
        assertEquals(2, frames.size(), "start and one copy");
        flip(2, frames.get(1) + 60);
        final Recovered recovered = recover();
        assertEquals(6, recovered.lastSequence(), "its cut is void");
        assertEquals(1, recovered.tail().segment());
    }

    @Test
    void shouldRefuseDamagedFirstRecordBeforeEntries() {
        run(3, true);
        run(1, false);
        storage.segments.get(2L).begun = false;
        flip(2, frames(2).get(0) + 60);
        assertRefused(List.of(), "segment-0000000002", "first record is damaged", "sequences 7 to 8");
    }

    @Test
    void shouldRefuseDamagedCopyBeforeEntries() {
        run(3, false);
        run(1, false);
        storage.segments.get(2L).begun = false;
        flip(2, frames(2).get(1) + 60);
        assertRefused(List.of(), "segment-0000000002", "copied record", "sequence 6", "damaged", "sequence 8");
    }

    @Test
    void shouldReplaceSegmentThatNothingProvesComplete() {
        run(3, false);
        JournalWriter.open(storage, CONFIG, recover()).abandon();
        final Recovered recovered = recover();
        assertEquals(2, recovered.tail().segment());
        assertEquals(1, recovered.tail().provenSegment(), "the next segment continues the first");
        assertEquals(4, recovered.tail().provenLast());
        JournalWriter.open(storage, CONFIG, recovered).abandon();
        storage.delete(2);
        assertEquals(6, recover().lastSequence());
    }

    private Recovered recover() {
        return JournalRecovery.recover(storage, 1, List.of(), new Entries());
    }

    private void run(final int batches, final boolean cleanly) {
        final JournalWriter journal = JournalWriter.open(storage, CONFIG, recover());
        for (int i = 0; i < batches; i++) {
            entries.append(journal, 2, i, i);
            journal.sync();
        }
        if (cleanly) {
            journal.close();
        } else {
            journal.abandon();
        }
    }

    private long journalId() {
        return recover().journalId();
    }

    /** Positions of a segment's records. */
    private List<Long> frames(final long segment) {
        final List<Long> positions = new ArrayList<>();
        try (RecordCursor cursor = new RecordCursor(storage, segment)) {
            long position = 0;
            while (cursor.next(position) == RecordCursor.Found.RECORD) {
                positions.add(cursor.recordPosition());
                position = cursor.nextPosition();
            }
        }
        return positions;
    }

    private void flip(final long segment, final long position) {
        final SimulatedSegmentStorage.Segment bytes = storage.segments.get(segment);
        final int page = (int) (position / SimulatedSegmentStorage.PAGE);
        bytes.page(page)[(int) (position % SimulatedSegmentStorage.PAGE)] ^= 1;
    }

    private void wipe(final long segment) {
        storage.segments.computeIfPresent(segment, (number, bytes) -> bytes.wiped(bytes.size));
    }

    private void zeroHeader(final long segment, final long recordPosition) {
        storage.segments.get(segment).write(recordPosition - 4, new byte[4], 0, 4);
    }

    /** Writes a record with a valid checksum where the second batch of segment 1 goes. */
    private void replaceSecondBatch(final long journalId, final long first, final boolean chained, final int version) {
        final long position;
        final int previousCrc;
        try (RecordCursor cursor = new RecordCursor(storage, 1)) {
            cursor.next(frames(1).get(1) - 4);
            position = ChronicleFraming.align(cursor.nextPosition());
            previousCrc = cursor.record().crc();
        }
        final RecordEncoder encoder = new RecordEncoder(journalId);
        encoder.batch(first, 1, 0, 0, chained ? previousCrc : 1, encoder.buffer(), 1000);
        final byte[] record = new byte[4 + encoder.length()];
        encoder.buffer().putShort(RecordFlyweight.VERSION_OFFSET, (short) version, ByteOrder.LITTLE_ENDIAN);
        final int crc =
                RecordChecksum.of(new java.util.zip.CRC32C(), encoder.buffer().byteBuffer(), 0, encoder.length());
        encoder.buffer().putInt(RecordFlyweight.CRC_OFFSET, crc, ByteOrder.LITTLE_ENDIAN);
        ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).putInt(encoder.length());
        encoder.buffer().getBytes(0, record, 4, encoder.length());
        storage.segments.get(1L).write(position, record, 0, record.length);
    }

    /** Writes a first record with a valid checksum in place of a segment's. */
    private void replaceStart(final long segment, final SegmentStart start) {
        final RecordEncoder encoder = new RecordEncoder(journalId());
        encoder.segmentStart(start, 0, 0);
        final byte[] record = new byte[encoder.length()];
        encoder.buffer().getBytes(0, record);
        storage.segments.get(segment).write(frames(segment).get(0), record, 0, record.length);
    }

    private void assertRefused(final List<Evidence> evidence, final String... parts) {
        final JournalCorruptException refused = assertThrows(
                JournalCorruptException.class, () -> JournalRecovery.recover(storage, 1, evidence, new Entries()));
        assertMessage(refused.getMessage(), parts);
        assertFalse(refused.getMessage().contains("\n"), "one line");
    }

    private static void assertMessage(final String message, final String... parts) {
        for (final String part : parts) {
            assertTrue(message.contains(part), () -> "'" + part + "' is not in: " + message);
        }
    }
}
