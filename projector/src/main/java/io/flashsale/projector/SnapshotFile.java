package io.flashsale.projector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.flashsale.engine.EngineSnapshot;
import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SnapshotFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The bytes of a snapshot file: a header that says which journal and which sequence, and the engine's snapshot behind it.
 * {@code schema/formats/snapshot-file.md} has the offsets. The header has a checksum of its own, so that a file whose state
 * is damaged still proves through which sequence the journal was durable.
 */
final class SnapshotFile {
    private static final long MAGIC = 0x31_45_4C_49_46_50_4E_53L; // "SNPFILE1" as bytes
    private static final int VERSION = 1;
    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    private static final int RESERVED_OFFSET = VERSION_OFFSET + Integer.BYTES;
    private static final int JOURNAL_ID_OFFSET = RESERVED_OFFSET + Integer.BYTES;
    private static final int SEQUENCE_OFFSET = JOURNAL_ID_OFFSET + Long.BYTES;
    private static final int LENGTH_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    private static final int STATE_CRC_OFFSET = LENGTH_OFFSET + Long.BYTES;
    private static final int HEADER_CRC_OFFSET = STATE_CRC_OFFSET + Integer.BYTES;
    private static final int HEADER_LENGTH = HEADER_CRC_OFFSET + Integer.BYTES;
    private static final int CHUNK_BYTES = 1024 * 1024;

    private SnapshotFile() {}

    /** The whole file of an engine's state. */
    static byte[] encode(final long journalId, final SaleEngine engine) {
        final int length = EngineSnapshot.length(engine);
        final byte[] bytes = new byte[HEADER_LENGTH + length];
        EngineSnapshot.encode(engine, new UnsafeBuffer(bytes), HEADER_LENGTH);
        ByteBuffer.wrap(bytes)
                .order(LITTLE_ENDIAN)
                .putLong(MAGIC_OFFSET, MAGIC)
                .putInt(VERSION_OFFSET, VERSION)
                .putLong(JOURNAL_ID_OFFSET, journalId)
                .putLong(SEQUENCE_OFFSET, engine.lastSequence())
                .putLong(LENGTH_OFFSET, length)
                .putInt(STATE_CRC_OFFSET, crc(bytes, HEADER_LENGTH, length))
                .putInt(HEADER_CRC_OFFSET, crc(bytes, 0, HEADER_CRC_OFFSET));
        return bytes;
    }

    /** Reads the header alone. */
    static SnapshotHeader readHeader(final StateFiles files, final Path file, final long nameSequence)
            throws IOException {
        final byte[] bytes = new byte[HEADER_LENGTH];
        final ByteBuffer header = ByteBuffer.wrap(bytes).order(LITTLE_ENDIAN);
        final long size;
        try (SeekableByteChannel channel = files.read(file)) {
            size = channel.size();
            while (header.hasRemaining() && channel.read(header) > 0) {
                // A file may be read in parts.
            }
        } catch (final NoSuchFileException e) {
            throw e;
        } catch (final IOException e) {
            throw new IOException("cannot read snapshot " + file + ": " + e.getMessage(), e);
        }
        final String damage =
                header.hasRemaining() ? "cut short to " + size + " bytes" : damage(header, bytes, nameSequence);
        return new SnapshotHeader(file, nameSequence, damage == null ? header.getLong(JOURNAL_ID_OFFSET) : 0, damage);
    }

    private static String damage(final ByteBuffer header, final byte[] bytes, final long nameSequence) {
        if (header.getLong(MAGIC_OFFSET) != MAGIC) {
            return "no snapshot file: wrong magic";
        }
        if (header.getInt(HEADER_CRC_OFFSET) != crc(bytes, 0, HEADER_CRC_OFFSET)) {
            return "header damaged: wrong CRC";
        }
        if (header.getInt(VERSION_OFFSET) != VERSION) {
            return "file version " + header.getInt(VERSION_OFFSET) + ", this build reads " + VERSION;
        }
        if (header.getLong(SEQUENCE_OFFSET) != nameSequence) {
            return "holds sequence " + header.getLong(SEQUENCE_OFFSET) + ", not that of its name";
        }
        return null;
    }

    /**
     * Reads and proves everything: header, length, checksums, and the state by its own hash.
     *
     * @throws SnapshotFormatException if anything is not as it was written.
     */
    static SaleEngine read(final StateFiles files, final SnapshotHeader header) throws IOException {
        if (!header.isWhole()) {
            throw new SnapshotFormatException(header.damage());
        }
        return decode(files.readAll(header.file()), header.sequence());
    }

    /**
     * Proves that a file is what was to be written, and that this restores a state. Compares in pieces: beside the bytes and
     * the restored engine there is no third copy in memory.
     *
     * @return the state restored from the bytes.
     * @throws SnapshotFormatException if the file has other bytes, or they are no snapshot of that sequence.
     */
    static SaleEngine readBack(final StateFiles files, final Path file, final byte[] bytes, final long sequence)
            throws IOException {
        final ByteBuffer chunk = ByteBuffer.allocate(Math.min(CHUNK_BYTES, bytes.length));
        try (SeekableByteChannel channel = files.read(file)) {
            for (int at = 0; at < bytes.length; at += chunk.limit()) {
                chunk.clear().limit(Math.min(chunk.capacity(), bytes.length - at));
                while (chunk.hasRemaining() && channel.read(chunk) > 0) {
                    // A file may be read in parts.
                }
                if (!chunk.flip().equals(ByteBuffer.wrap(bytes, at, Math.min(chunk.capacity(), bytes.length - at)))) {
                    throw new SnapshotFormatException("the file read back is not the one written, behind byte " + at);
                }
            }
            if (channel.size() != bytes.length) {
                throw new SnapshotFormatException("the file read back has " + channel.size() + " bytes");
            }
        }
        return decode(bytes, sequence);
    }

    private static SaleEngine decode(final byte[] bytes, final long sequence) {
        final ByteBuffer fields = ByteBuffer.wrap(bytes).order(LITTLE_ENDIAN);
        final long length = bytes.length < HEADER_LENGTH ? -1 : fields.getLong(LENGTH_OFFSET);
        if (length != bytes.length - HEADER_LENGTH) {
            throw new SnapshotFormatException("state of " + length + " bytes is " + (bytes.length - HEADER_LENGTH));
        }
        if (fields.getInt(STATE_CRC_OFFSET) != crc(bytes, HEADER_LENGTH, (int) length)) {
            throw new SnapshotFormatException("state damaged: wrong CRC");
        }
        final SaleEngine engine = EngineSnapshot.decode(new UnsafeBuffer(bytes), HEADER_LENGTH, (int) length);
        if (engine.lastSequence() != sequence) {
            throw new SnapshotFormatException("state after sequence " + engine.lastSequence() + " in it");
        }
        return engine;
    }

    private static int crc(final byte[] bytes, final int offset, final int length) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }
}
