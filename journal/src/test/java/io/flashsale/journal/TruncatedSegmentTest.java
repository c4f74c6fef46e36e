package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The newest segment's file is cut off, emptied, zeroed or removed. Each segment here holds five records of two entries. */
class TruncatedSegmentTest {
    private static final int RECORDS = 5;

    @TempDir
    private Path directory;

    private ChronicleSegmentStorage storage;
    private final Entries entries = new Entries();

    /**
     * What is left of the file; of how many segments it is the newest; whether it is marked as begun, or the mark is not there,
     * as in a segment of an older program; through where evidence proves the journal durable; where the journal then ends, or
     * why the start is refused.
     */
    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            left              | segments | begun | proven | result
            nothing           | 1        | no    | 0      | 0
            one byte          | 1        | no    | 0      | 0
            zeros             | 1        | no    | 0      | 0
            no file           | 1        | no    | 0      | 0
            Chronicle's header| 1        | no    | 0      | 0
            half a record     | 1        | no    | 0      | 0
            nothing           | 1        | no    | 3      | the journal has no segment, sequence 0; segment-0000000001 has 0 bytes
            one byte          | 1        | no    | 3      | segment-0000000001 has 1 bytes and no valid first record
            Chronicle's header| 1        | no    | 3      | proves sequence 3 durable
            nothing           | 2        | no    | 0      | 10
            one byte          | 2        | no    | 10     | 10
            zeros             | 2        | no    | 10     | 10
            no file           | 2        | no    | 10     | 10
            Chronicle's header| 2        | no    | 10     | 10
            nothing           | 2        | no    | 11     | segment-0000000002 has 0 bytes and no valid first record
            one byte          | 2        | no    | 11     | proves sequence 11 durable
            nothing           | 1        | yes   | 0      | segment-0000000001, position 0: its first record is damaged or gone; 0 bytes
            one byte          | 1        | yes   | 0      | 1 bytes are there, but the segment is marked as begun
            zeros             | 1        | yes   | 0      | the segment is marked as begun
            no file           | 1        | yes   | 0      | 0 bytes are there, but the segment is marked as begun
            half a record     | 1        | yes   | 0      | the segment is marked as begun
            nothing           | 2        | yes   | 0      | segment-0000000002, position 0: its first record is damaged or gone; 0 bytes
            zeros             | 2        | yes   | 10     | segment-0000000002, position 0: its first record is damaged or gone
            no file           | 2        | yes   | 11     | 0 bytes are there, but the segment is marked as begun
            Chronicle's header| 2        | yes   | 10     | the segment is marked as begun
            first record      | 1        | yes   | 0      | was cut off since
            first record      | 2        | yes   | 10     | was cut off since
            first record      | 2        | no    | 10     | was cut off since
            copies zeroed     | 2        | yes   | 0      | a copied record at or before sequence 10 is damaged or gone
            copies zeroed     | 2        | no    | 0      | 10
            three records     | 1        | yes   | 0      | was cut off since
            three records     | 1        | yes   | 7      | proves sequence 7 durable
            all records       | 1        | yes   | 0      | was cut off since
            all but a byte    | 1        | yes   | 0      | 10
            all but a byte    | 1        | no    | 0      | 10
            all but a byte    | 1        | yes   | 10     | 10
            all but a byte    | 2        | yes   | 0      | 20
            """)
    void shouldEndRefuseOrIgnore(
            final String left, final int segments, final String begun, final long proven, final String result)
            throws IOException {
        storage = new ChronicleSegmentStorage(directory);
        for (int i = 0; i < segments; i++) {
            write();
        }
        damage(segments, left);
        if (begun.equals("no")) {
            Files.delete(mark(segments));
        }
        final List<Evidence> evidence = proven == 0 ? List.of() : List.of(new Evidence("projector mark", proven));
        if (result.matches("\\d+")) {
            assertEquals(
                    Long.parseLong(result),
                    JournalRecovery.recover(storage, 1, evidence, new Entries()).lastSequence());
            // The next start goes on there, under a number of its own.
            write();
            assertEquals(segments + 1, storage.list()[segments]);
            assertEquals(
                    Long.parseLong(result) + 2 * RECORDS,
                    JournalRecovery.recover(storage, 1, evidence, new Entries()).lastSequence());
        } else {
            final JournalCorruptException refused = assertThrows(
                    JournalCorruptException.class, () -> JournalRecovery.recover(storage, 1, evidence, new Entries()));
            assertTrue(refused.getMessage().contains(result), refused.getMessage());
            assertFalse(refused.getMessage().contains("\n"), "one line");
        }
    }

    /** Killed: without a clean end nothing in the segment proves its last record. */
    private void write() {
        final JournalWriter journal = JournalWriter.open(
                storage,
                JournalConfig.of(SyncPolicy.ALWAYS),
                JournalRecovery.recover(storage, 1, List.of(), new Entries()));
        for (int i = 0; i < RECORDS; i++) {
            entries.append(journal, 2, i, i);
            journal.sync();
        }
        journal.abandon();
    }

    private Path mark(final long segment) {
        return storage.dataFile(segment).resolveSibling("begun");
    }

    private void damage(final long segment, final String left) throws IOException {
        final List<Long> ends = new ArrayList<>();
        final long first;
        try (RecordCursor cursor = new RecordCursor(storage, segment)) {
            cursor.next(0);
            first = cursor.recordPosition();
            ends.add(cursor.nextPosition());
            while (cursor.next(ends.get(ends.size() - 1)) == RecordCursor.Found.RECORD) {
                ends.add(cursor.nextPosition());
            }
        }
        final Path file = storage.dataFile(segment);
        if (left.equals("no file")) {
            Files.delete(file);
            return;
        }
        // Cut off here, and zeros again up to there.
        final long filled = left.equals("zeros") || left.equals("copies zeroed") ? Files.size(file) : 0;
        final long size = switch (left) {
            case "nothing", "zeros" -> 0;
            case "one byte" -> 1;
            case "Chronicle's header" -> first - ChronicleFraming.HEADER_LENGTH;
            case "half a record" -> first + 20;
            case "first record", "copies zeroed" -> ends.get(0);
            case "three records" -> ends.get(3);
            case "all records" -> ends.get(ends.size() - 1);
            case "all but a byte" -> Files.size(file) - 1;
            default -> throw new IllegalArgumentException(left);
        };
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
            if (filled > size) {
                channel.write(ByteBuffer.allocate((int) (filled - size)), size);
            }
        }
    }
}
