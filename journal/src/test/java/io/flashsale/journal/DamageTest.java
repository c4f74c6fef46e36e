package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every byte from the last records on is cut off, zeroed and flipped bit by bit. Recovery then delivers what was written,
 * through everything that is proven durable at least, or refuses: it never delivers anything else, nor fails otherwise.
 */
class DamageTest {
    private static final int RECORDS = 6;
    private static final int DAMAGED_RECORDS = 4;
    private static final int PER_RECORD = 2;

    @TempDir
    private Path directory;

    /** A real segment that may be shorter than it was filled. */
    private record OfAnyLength(SegmentStorage storage) implements SegmentStorage {
        @Override
        public long[] list() throws IOException {
            return storage.list();
        }

        @Override
        public SegmentWriter create(final long number, final long initialBytes) throws IOException {
            return storage.create(number, initialBytes);
        }

        @Override
        public SegmentReader open(final long number) throws IOException {
            return storage.open(number);
        }

        @Override
        public void markBegun(final long number) throws IOException {
            storage.markBegun(number);
        }

        @Override
        public boolean isBegun(final long number) throws IOException {
            return storage.isBegun(number);
        }

        @Override
        public void syncDirectory(final long number) throws IOException {
            storage.syncDirectory(number);
        }

        @Override
        public void trim(final long number, final long end) throws IOException {
            storage.trim(number, end);
        }

        @Override
        public void delete(final long number) throws IOException {
            storage.delete(number);
        }
    }

    /** Where damage is done: the bytes of the newest segment. */
    private interface Disk {
        byte[] read(long position, int length) throws IOException;

        void write(long position, byte[] bytes) throws IOException;

        void cutOff(long position) throws IOException;
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void shouldCutOrRefuseWhateverIsDamagedOnTheSimulatedDisk() throws IOException {
        final SimulatedSegmentStorage storage = new SimulatedSegmentStorage(new Random(1));
        for (final boolean cleanEnd : new boolean[] {false, true}) {
            storage.segments.clear();
            write(storage, cleanEnd);
            final SimulatedSegmentStorage.Segment segment = storage.segments.get(1L);
            damageEverywhere(storage, cleanEnd, new Disk() {
                @Override
                public byte[] read(final long position, final int length) {
                    final byte[] bytes = new byte[length];
                    for (int i = 0; i < length; i++) {
                        final long at = position + i;
                        bytes[i] = segment.page((int) (at / SimulatedSegmentStorage.PAGE))[
                                (int) (at % SimulatedSegmentStorage.PAGE)];
                    }
                    return bytes;
                }

                @Override
                public void write(final long position, final byte[] bytes) {
                    segment.write(position, bytes, 0, bytes.length);
                    segment.size = Math.max(segment.size, position + bytes.length);
                }

                @Override
                public void cutOff(final long position) {
                    segment.size = position;
                }
            });
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void shouldCutOrRefuseWhateverIsDamagedOnTheRealDisk() throws IOException {
        final ChronicleSegmentStorage storage = new ChronicleSegmentStorage(directory);
        write(storage, false);
        storage.trim(1, 0);
        final Path file = directory.resolve(storage.name(1)).resolve(ChronicleSettings.DATA_FILE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            // What is behind the records is zeros: less of it makes the scans short.
            final long size = frames(storage).get(RECORDS) + 8 * 1024;
            channel.truncate(size);
            damageEverywhere(new OfAnyLength(storage), false, new Disk() {
                @Override
                public byte[] read(final long position, final int length) throws IOException {
                    final ByteBuffer bytes = ByteBuffer.allocate(length);
                    channel.read(bytes, position);
                    final byte[] read = new byte[length];
                    bytes.flip().get(read);
                    return read;
                }

                @Override
                public void write(final long position, final byte[] bytes) throws IOException {
                    channel.write(ByteBuffer.wrap(bytes), position);
                    if (bytes.length > 0 && channel.size() < size) {
                        channel.write(ByteBuffer.allocate(1), size - 1);
                    }
                }

                @Override
                public void cutOff(final long position) throws IOException {
                    channel.truncate(position);
                }
            });
        }
    }

    private static void write(final SegmentStorage storage, final boolean cleanEnd) {
        final JournalWriter journal = JournalWriter.open(
                storage, new JournalConfig(SyncPolicy.ALWAYS, 1 << 20, 1, 1, 0, 1), Recovered.nothing());
        final Entries entries = new Entries();
        for (int i = 0; i < RECORDS; i++) {
            entries.append(journal, PER_RECORD, i, i);
            journal.sync();
        }
        if (cleanEnd) {
            journal.close();
        } else {
            journal.abandon();
        }
    }

    /** Positions of the records, the segment's first included, and of the end. */
    private static List<Long> frames(final SegmentStorage storage) {
        final List<Long> positions = new ArrayList<>();
        try (RecordCursor cursor = new RecordCursor(storage, 1)) {
            long position = 0;
            while (cursor.next(position) == RecordCursor.Found.RECORD) {
                positions.add(cursor.recordPosition());
                position = cursor.nextPosition();
            }
            positions.add(position);
        }
        return positions;
    }

    private void damageEverywhere(final SegmentStorage storage, final boolean cleanEnd, final Disk disk)
            throws IOException {
        final List<Long> frames = frames(storage);
        final long end = frames.get(frames.size() - 1);
        final long from = frames.get(RECORDS - DAMAGED_RECORDS + 1) - ChronicleFraming.HEADER_LENGTH;
        final byte[] whole = disk.read(from, (int) (end - from) + 8);
        int cut = 0;
        int refused = 0;
        for (long at = from; at < end; at++) {
            // From this byte on nothing arrived: zeros, or no more file.
            final long provenByRest = provenBefore(frames, at);
            final byte[] zeros = new byte[(int) (from + whole.length - at)];
            if (recover(storage, disk, at, zeros, provenByRest)) {
                cut++;
            } else {
                refused++;
            }
            disk.cutOff(at);
            recover(storage, disk, at, new byte[0], provenByRest);
            disk.write(from, whole);
            // Only this one never arrived.
            final long proven = cleanEnd ? RECORDS * PER_RECORD : (RECORDS - 1) * PER_RECORD;
            recover(storage, disk, at, new byte[1], proven);
            disk.write(from, whole);
            for (int bit = 0; bit < 8; bit++) {
                final byte[] flipped = {(byte) (whole[(int) (at - from)] ^ 1 << bit)};
                // A flip in the last record may take the proof for the one before with it, and no more.
                final boolean inLast = at >= frames.get(frames.size() - 2) - ChronicleFraming.HEADER_LENGTH;
                final long left = proven - (inLast ? PER_RECORD : 0);
                if (recover(storage, disk, at, flipped, left)) {
                    cut++;
                } else {
                    refused++;
                }
                disk.write(from, whole);
            }
        }
        assertTrue(cut > 100 && refused > 100, cut + " cut, " + refused + " refused");
        assertEquals(
                RECORDS * PER_RECORD,
                JournalRecovery.recover(storage, 1, List.of(), new Entries()).lastSequence());
    }

    /** Of the records that end at or before a position, all but the last name the one before durable. */
    private static long provenBefore(final List<Long> frames, final long position) {
        int whole = 0;
        for (int i = 1; i <= RECORDS; i++) {
            whole += frames.get(i + 1) <= position ? 1 : 0;
        }
        return (long) Math.max(whole - 1, 0) * PER_RECORD;
    }

    /** True if it was accepted, with what was written through the proven sequence at least; false if it was refused. */
    private static boolean recover(
            final SegmentStorage storage, final Disk disk, final long at, final byte[] damage, final long proven)
            throws IOException {
        disk.write(at, damage);
        final Entries read = new Entries();
        try {
            final Recovered recovered = JournalRecovery.recover(storage, 1, List.of(), read);
            assertEquals(recovered.lastSequence(), read.authors.size());
            assertTrue(
                    recovered.lastSequence() >= proven,
                    "damage at " + at + " lost sequence " + proven + ": ends with " + recovered.lastSequence());
            for (int i = 0; i < read.authors.size(); i++) {
                assertEquals(i / PER_RECORD, read.authors.get(i), "damage at " + at + " changed an entry");
            }
            return true;
        } catch (final JournalException e) {
            assertTrue(e.getMessage().length() > 10 && !e.getMessage().contains("\n"), e.getMessage());
            return false;
        } catch (final RuntimeException e) {
            return fail("damage at " + at + " surprised recovery: " + e, e);
        }
    }
}
