package io.flashsale.server.recovery;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.flashsale.journal.RecordFlyweight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.zip.CRC32C;

/** The records of one segment's file, to be changed with or without a checksum that agrees. */
final class GoldenRecords {
    private static final int COUNT_OFFSET = 12;
    private static final int CRC_OFFSET = 52;

    private final Path file;
    final ByteBuffer bytes;
    private final List<Integer> positions = new ArrayList<>();

    GoldenRecords(final Path file) throws IOException {
        this.file = file;
        bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(LITTLE_ENDIAN);
        for (int at = 0; at + RecordFlyweight.HEADER_LENGTH <= bytes.capacity(); at += 4) {
            if (bytes.getLong(at) == RecordFlyweight.MAGIC) {
                positions.add(at);
            }
        }
    }

    int count() {
        return positions.size();
    }

    /** Position of a record in {@link #bytes}. */
    int position(final int index) {
        return positions.get(index);
    }

    /** Changes a record, given its position, repairs its checksum, and writes the file. */
    void change(final int index, final IntConsumer change) throws IOException {
        final int at = position(index);
        change.accept(at);
        final int length = RecordFlyweight.length(bytes.getInt(at + COUNT_OFFSET));
        final CRC32C crc = new CRC32C();
        crc.update(bytes.array(), at, CRC_OFFSET);
        crc.update(bytes.array(), at + RecordFlyweight.HEADER_LENGTH, length - RecordFlyweight.HEADER_LENGTH);
        bytes.putInt(at + CRC_OFFSET, (int) crc.getValue());
        Files.write(file, bytes.array());
    }

    /** Writes one byte where it stands: the file may be mapped by a writer. */
    void write(final int at) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(bytes.duplicate().limit(at + 1).position(at), at);
        }
    }
}
