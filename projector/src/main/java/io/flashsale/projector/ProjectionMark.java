package io.flashsale.projector;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.flashsale.journal.Evidence;
import io.flashsale.journal.JournalException;
import io.flashsale.journal.JournalSegments;
import io.flashsale.journal.SegmentStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small synced file that says through which sequence rows may have been committed. It is written after the journal was
 * made durable through that sequence and before the COMMIT, so that recovery, which never asks PostgreSQL, knows that
 * everything through the mark was durable. {@code schema/formats/projection-mark.md} has the bytes.
 *
 * <p>Two slots are written in turn, each in a block of its own: a torn write spoils the slot being written and leaves the
 * other. That costs one sync, whereas a new file and a rename cost two and the directory's.
 *
 * <p>For one thread; {@link #read} and {@link #evidence} for any.
 */
public final class ProjectionMark implements AutoCloseable {
    private static final int SLOT_DISTANCE = 4_096;
    private static final int SLOTS = 2;
    private static final long MAGIC = 0x314B52414D4A5250L; // "PRJMARK1"
    private static final int MAGIC_OFFSET = 0;
    private static final int GENERATION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    private static final int JOURNAL_ID_OFFSET = GENERATION_OFFSET + Long.BYTES;
    private static final int SEQUENCE_OFFSET = JOURNAL_ID_OFFSET + Long.BYTES;
    private static final int COMMITTED_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    private static final int CRC_OFFSET = COMMITTED_OFFSET + Long.BYTES;
    private static final int LENGTH = CRC_OFFSET + Integer.BYTES;

    private final StateFiles files;
    private final Path path;
    private final byte[] slot = new byte[LENGTH];
    private long generation;
    private StateFiles.Slots file;

    /**
     * What a mark says.
     *
     * @param journalId the journal it is about.
     * @param sequence  through which the journal was durable when the mark was written; rows through it may be
     *                  committed.
     * @param committed through which rows were known to be committed; at most {@code sequence}.
     */
    public record Position(long journalId, long sequence, long committed) {}

    private record Slot(long generation, Position position) {}

    /**
     * Assigns; the first write opens.
     *
     * @param path of the file; its directory exists.
     */
    public ProjectionMark(final Path path) {
        this(DiskFiles.INSTANCE, path.toAbsolutePath());
    }

    ProjectionMark(final StateFiles files, final Path path) {
        this.files = files;
        this.path = path;
    }

    /**
     * Reads a mark.
     *
     * @param path of the file.
     * @return the mark, or nothing if there is no file or it was never written to completely.
     * @throws IOException         if it cannot be read.
     * @throws ProjectionException if it is damaged in a way that one torn write cannot do.
     */
    public static Optional<Position> read(final Path path) throws IOException {
        return read(DiskFiles.INSTANCE, path);
    }

    /**
     * The same from other files than the disk's.
     *
     * @param files that hold the mark.
     * @param path  of the file.
     * @return the mark, or nothing.
     * @throws IOException         if it cannot be read.
     * @throws ProjectionException if it is damaged.
     */
    public static Optional<Position> read(final StateFiles files, final Path path) throws IOException {
        return newest(files, path).map(Slot::position);
    }

    /**
     * What recovery takes from a mark. A mark proves nothing about another journal than its own; beside one it says that the
     * data directory was put together from two, and nobody can say which of them is the wrong one.
     *
     * @param path    of the file.
     * @param storage of the journal beside it. Where that has no segment, any mark proves that it had.
     * @return one proof, or none if there is no mark.
     * @throws IOException         if it cannot be read.
     * @throws ProjectionException if it is damaged, or another journal's.
     * @throws JournalException    if the journal's segments cannot be read.
     */
    public static List<Evidence> evidence(final Path path, final SegmentStorage storage) throws IOException {
        return evidence(DiskFiles.INSTANCE, path, storage);
    }

    /**
     * The same from other files than the disk's.
     *
     * @param files   that hold the mark.
     * @param path    of the file.
     * @param storage of the journal beside it.
     * @return one proof, or none if there is no mark.
     * @throws IOException         if it cannot be read.
     * @throws ProjectionException if it is damaged, or another journal's.
     * @throws JournalException    if the journal's segments cannot be read.
     */
    public static List<Evidence> evidence(final StateFiles files, final Path path, final SegmentStorage storage)
            throws IOException {
        final Optional<Position> found = read(files, path);
        if (found.isEmpty()) {
            return List.of();
        }
        final Position mark = found.get();
        final long journalId = JournalSegments.of(storage).journalId();
        if (journalId != 0 && journalId != mark.journalId()) {
            throw new ProjectionException("projector mark " + path + " is of journal "
                    + JournalIds.text(mark.journalId()) + ", not of journal " + JournalIds.text(journalId)
                    + " beside it: bring together what belongs together, or delete the mark if it is the wrong one");
        }
        final String source = "projector mark " + path + " of journal " + JournalIds.text(mark.journalId());
        return List.of(new Evidence(source, mark.sequence()));
    }

    /**
     * Replaces the mark and syncs it.
     *
     * @param mark to write.
     * @throws IOException if it could not be made durable: nothing may be committed on it.
     */
    public void write(final Position mark) throws IOException {
        if (file == null) {
            open();
        }
        // Counted only when it is done: what failed may have spoiled its slot, and the other one is still the valid
        // mark.
        final long next = generation + 1;
        encode(next, mark);
        file.write(next % SLOTS * SLOT_DISTANCE, slot);
        generation = next;
    }

    private void open() throws IOException {
        if (!files.exists(path)) {
            files.write(path, new byte[SLOTS * SLOT_DISTANCE]);
            files.syncDirectory(path.getParent());
        }
        generation = newest(files, path).map(Slot::generation).orElse(0L);
        file = files.open(path);
    }

    private void encode(final long number, final Position mark) {
        ByteBuffer.wrap(slot)
                .order(LITTLE_ENDIAN)
                .putLong(MAGIC_OFFSET, MAGIC)
                .putLong(GENERATION_OFFSET, number)
                .putLong(JOURNAL_ID_OFFSET, mark.journalId())
                .putLong(SEQUENCE_OFFSET, mark.sequence())
                .putLong(COMMITTED_OFFSET, mark.committed())
                .putInt(CRC_OFFSET, crc(slot, 0));
    }

    private static Optional<Slot> newest(final StateFiles files, final Path path) throws IOException {
        if (!files.exists(path)) {
            return Optional.empty();
        }
        final byte[] bytes = bytes(files, path);
        Slot newest = null;
        for (int i = 0; i < SLOTS; i++) {
            final Slot found = decode(bytes, i * SLOT_DISTANCE);
            if (found != null && (newest == null || found.generation() > newest.generation())) {
                newest = found;
            }
        }
        // The first mark goes to the second slot, and the next one only when that is synced: what is in the first slot
        // was written beside a valid one. The second slot alone may be damaged, by a first write that was torn.
        if (newest == null && !isBlank(bytes, 0)) {
            throw new ProjectionException("projector mark " + path + " is damaged: restore it from a copy, or delete it"
                    + " if the journal beside it is whole");
        }
        return Optional.ofNullable(newest);
    }

    private static byte[] bytes(final StateFiles files, final Path path) throws IOException {
        try {
            return files.readAll(path);
        } catch (final IOException e) {
            throw new IOException("cannot read projector mark " + path + ": " + e.getMessage(), e);
        }
    }

    private static Slot decode(final byte[] bytes, final int offset) {
        if (bytes.length < offset + LENGTH) {
            return null;
        }
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(LITTLE_ENDIAN);
        if (buffer.getLong(offset + MAGIC_OFFSET) != MAGIC
                || buffer.getInt(offset + CRC_OFFSET) != crc(bytes, offset)) {
            return null;
        }
        return new Slot(
                buffer.getLong(offset + GENERATION_OFFSET),
                new Position(
                        buffer.getLong(offset + JOURNAL_ID_OFFSET),
                        buffer.getLong(offset + SEQUENCE_OFFSET),
                        buffer.getLong(offset + COMMITTED_OFFSET)));
    }

    private static boolean isBlank(final byte[] bytes, final int offset) {
        for (int i = offset; i < Math.min(bytes.length, offset + LENGTH); i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static int crc(final byte[] bytes, final int offset) {
        final CRC32C crc = new CRC32C();
        crc.update(bytes, offset, CRC_OFFSET);
        return (int) crc.getValue();
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
