package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worked examples of {@code schema/formats} are what the code writes. */
class FormatExampleTest {
    private static final long JOURNAL_ID = 0x0123_4567_89AB_CDEFL;
    private static final Path FORMATS = Path.of("..", "schema", "formats");

    @TempDir
    Path directory;

    @Test
    void shouldEncodeTheBatchOfRecordMd() throws Exception {
        final UnsafeBuffer entries = new UnsafeBuffer(ByteBuffer.allocateDirect(2 * RecordFlyweight.ENTRY_LENGTH));
        for (int i = 0; i < entries.capacity(); i++) {
            entries.putByte(i, (byte) i);
        }
        final RecordEncoder encoder = new RecordEncoder(JOURNAL_ID);
        encoder.batch(1001, 2, 1_767_225_600_000L, 1000, 0x1122_3344, entries, 0);
        assertEquals(example("record.md"), hex(encoder));
    }

    @Test
    void shouldEncodeTheSegmentStartOfSegmentMd() throws Exception {
        final RecordEncoder encoder = new RecordEncoder(JOURNAL_ID);
        encoder.segmentStart(
                new SegmentStart(7, 6, 1000, 0x1122_3344, 1002, 1_767_225_600_123L), 1_767_225_600_000L, 1000);
        assertEquals(example("segment.md"), hex(encoder));
    }

    @Test
    void shouldFrameRecordsAsSegmentMdSays() throws Exception {
        final SegmentStorage storage = new ChronicleSegmentStorage(directory);
        final RecordEncoder encoder = new RecordEncoder(JOURNAL_ID);
        encoder.cleanEnd(1, 0, 0, 0);
        try (SegmentWriter writer = storage.create(1, 1);
                SegmentReader reader = storage.open(1)) {
            writer.append(encoder.record());
            final long record = reader.nextFrame(0);
            final ByteBuffer header = ByteBuffer.allocate(4);
            reader.read(record - 4, header);
            assertEquals("38 00 00 00", bytes(new UnsafeBuffer(header), 4), "length 56, neither bit set");
            assertEquals(0, record % 4);
        }
    }

    /** The lines of the first fenced block marked as hex, without offsets and comments. */
    private static String example(final String file) throws Exception {
        final List<String> lines = Files.readAllLines(FORMATS.resolve(file));
        final int begin = lines.indexOf("```hex");
        final List<String> block = lines.subList(begin + 1, lines.size());
        return block.subList(0, block.indexOf("```")).stream()
                .map(line ->
                        line.substring(line.indexOf(':') + 1, line.contains("|") ? line.indexOf('|') : line.length()))
                .map(String::strip)
                .collect(Collectors.joining("\n"));
    }

    private static String hex(final RecordEncoder encoder) {
        final StringBuilder text = new StringBuilder();
        for (int at = 0; at < encoder.length(); at += 16) {
            final int length = Math.min(16, encoder.length() - at);
            text.append(bytes(new UnsafeBuffer(encoder.buffer(), at, length), length))
                    .append('\n');
        }
        return text.toString().strip();
    }

    private static String bytes(final UnsafeBuffer buffer, final int length) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(String.format(i == 0 ? "%02x" : " %02x", buffer.getByte(i)));
        }
        return text.toString();
    }
}
