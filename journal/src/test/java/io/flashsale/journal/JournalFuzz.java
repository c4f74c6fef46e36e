package io.flashsale.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.agrona.MutableDirectBuffer;

/**
 * Any bytes as a journal: it is read, or refused with the two exceptions that say so, and nothing else happens. What is read
 * is without a gap, the same every time, and the same for whoever follows it.
 *
 * <p>Inputs: one byte of flags, and then either a whole segment (flag 1), or changes to a sound journal of four segments:
 * segment, position (two bytes), and what is put there (one byte that says how often, one that says what). With flag 2,
 * checksums are repaired afterwards, so that what lies behind them is reached. With flag 4, segments are marked as begun.
 */
public final class JournalFuzz {
    private static final int RAW = 1;
    private static final int REPAIR = 2;
    private static final int BEGUN = 4;
    private static final int CHANGE_LENGTH = 5;
    private static final int MAX_BYTES = 16 * 1024;
    private static final int MAX_POLLS = 10_000;

    /** Two looks for a newer segment. */
    private static final int IDLE_POLLS = 18;

    private static final JournalConfig CONFIG = new JournalConfig(SyncPolicy.ALWAYS, 1 << 20, 1, 1, 0, 1);
    private static final Map<Long, byte[]> SOUND = sound();

    private JournalFuzz() {}

    /** Clean ends and a torn end, segments that are continued and one that is the newest. */
    private static Map<Long, byte[]> sound() {
        final SimulatedSegmentStorage storage = new SimulatedSegmentStorage(new Random(1));
        final Entries entries = new Entries();
        for (int segment = 1; segment <= 4; segment++) {
            final Recovered recovered = JournalRecovery.recover(storage, 1, List.of(), new Entries());
            final JournalWriter journal = JournalWriter.open(storage, CONFIG, recovered);
            for (int i = 0; i < 3; i++) {
                entries.append(journal, 1 + i, segment, 10L * segment + i);
            }
            if (segment != 2) {
                journal.close();
            }
        }
        final Map<Long, byte[]> segments = new TreeMap<>();
        storage.segments.forEach((number, segment) -> {
            final byte[] first = segment.page(0);
            int end = first.length;
            while (end > 0 && first[end - 1] == 0) {
                end--;
            }
            segments.put(number, Arrays.copyOf(first, ((end + 3) & -4) + 64));
        });
        return segments;
    }

    /**
     * Reads one journal.
     *
     * @param input as described above.
     */
    public static void fuzzerTestOneInput(final byte[] input) {
        if (input.length == 0) {
            return;
        }
        final BytesStorage storage = journal(input);
        final Counter first = new Counter();
        final Recovered recovered;
        try {
            recovered = JournalRecovery.recover(storage, 1, List.of(), first);
        } catch (final JournalException e) {
            check(!e.getMessage().isBlank(), "refused without a word");
            follow(storage, Long.MAX_VALUE);
            return;
        }
        check(recovered.commands() == first.entries, "other entries delivered than counted");
        check(recovered.lastSequence() == first.entries, "entries are missing before the end");
        final Counter second = new Counter();
        check(recovered.equals(JournalRecovery.recover(storage, 1, List.of(), second)), "another end the second time");
        check(first.hash == second.hash, "other entries the second time");
        final Counter followed = follow(storage, recovered.lastSequence());
        check(followed.entries != first.entries || followed.hash == first.hash, "a follower reads other entries");
    }

    private static BytesStorage journal(final byte[] input) {
        final Map<Long, byte[]> segments = new TreeMap<>();
        SOUND.forEach((number, bytes) -> segments.put(number, bytes.clone()));
        if ((input[0] & RAW) != 0) {
            segments.clear();
            segments.put(1L, Arrays.copyOfRange(input, 1, Math.min(input.length, MAX_BYTES)));
        } else {
            for (int at = 1; at + CHANGE_LENGTH <= input.length; at += CHANGE_LENGTH) {
                change(segments.get(1L + (input[at] & 3)), input, at + 1);
            }
        }
        final BytesStorage storage = new BytesStorage();
        storage.begun((input[0] & BEGUN) != 0);
        segments.forEach((number, bytes) -> {
            if ((input[0] & REPAIR) != 0) {
                repair(bytes);
            }
            storage.put(number, bytes);
        });
        return storage;
    }

    private static void change(final byte[] segment, final byte[] input, final int at) {
        final int position = (((input[at] & 0xFF) << 8) | (input[at + 1] & 0xFF)) % segment.length;
        final int end = Math.min(segment.length, position + 1 + (input[at + 2] & 0xFF));
        Arrays.fill(segment, position, end, input[at + 3]);
    }

    private static void repair(final byte[] segment) {
        final ByteBuffer bytes = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
        final CRC32C crc = new CRC32C();
        for (int at = 0; at + RecordFlyweight.HEADER_LENGTH <= segment.length; at += 4) {
            final int count = bytes.getInt(at + RecordFlyweight.COUNT_OFFSET);
            if (bytes.getLong(at) == RecordFlyweight.MAGIC
                    && count >= 0
                    && count <= JournalLimits.MAX_BATCH
                    && at + RecordFlyweight.length(count) <= segment.length) {
                final int right = RecordChecksum.of(crc, bytes, at, RecordFlyweight.length(count));
                bytes.putInt(at + RecordFlyweight.CRC_OFFSET, right);
            }
        }
    }

    /** Follows a journal as the projector does, to where nothing more comes. */
    private static Counter follow(final SegmentStorage storage, final long end) {
        final Counter counter = new Counter();
        try (JournalReader reader = new JournalReader(storage, 1, List.of())) {
            int idle = 0;
            for (int polls = 0; polls < MAX_POLLS && idle < IDLE_POLLS; polls++) {
                idle = reader.poll(counter, 100) == 0 ? idle + 1 : 0;
            }
            check(idle > 0, "a follower never gets to the end");
        } catch (final JournalException e) {
            check(!e.getMessage().isBlank(), "refused without a word");
        }
        check(counter.entries <= end, "a follower reads beyond the end");
        return counter;
    }

    private static void check(final boolean holds, final String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** Counts entries from sequence 1 on, and sums up what they are. */
    private static final class Counter implements BatchHandler {
        private long entries;
        private long hash;

        @Override
        public void onBatch(
                final long firstSequence,
                final int count,
                final long timestampMillis,
                final MutableDirectBuffer buffer,
                final int offset) {
            check(firstSequence == entries + 1 && count > 0, "sequence " + firstSequence + " after " + entries);
            entries += count;
            hash = hash * 31 + timestampMillis;
            for (int i = 0; i < count * RecordFlyweight.ENTRY_LENGTH; i += Long.BYTES) {
                hash = hash * 31 + buffer.getLong(offset + i);
            }
        }
    }
}
