package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.RecordFlyweight;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The last records of a journal that nobody writes, as they lie in their file, and the ways in which they can be damaged. For
 * one thread.
 */
final class JournalTail {
    /** Chronicle's header before each record is as good as the record's own bytes. */
    private static final int FRAME_HEADER = 4;

    private final Path file;
    private final byte[] bytes;
    private final List<Place> records;

    /** A record: from its frame's header, inclusive, to its end, exclusive. */
    record Place(int begin, int end, long firstSequence, long lastSequence) {
        /** Where the record itself begins: every byte from there on is under its checksum. */
        int recordBegin() {
            return begin + FRAME_HEADER;
        }
    }

    /** What can happen to a byte, or from it on. */
    enum Damage {
        FLIPPED,
        ZEROED,
        ZEROED_TO_THE_RECORDS_END,
        TRUNCATED;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private JournalTail(final Path file, final byte[] bytes, final List<Place> records) {
        this.file = file;
        this.bytes = bytes;
        this.records = records;
    }

    /** Finds the last records of the newest segment. */
    static JournalTail of(final Path journal, final int most) throws IOException {
        final ChronicleSegmentStorage storage = new ChronicleSegmentStorage(journal);
        final long[] segments = storage.list();
        require(segments.length > 0, "there is no journal in " + journal);
        final Path directory = journal.resolve(storage.name(segments[segments.length - 1]));
        final Path file;
        try (Stream<Path> files = Files.list(directory)) {
            file = files.filter(path -> path.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
        final byte[] bytes = Files.readAllBytes(file);
        final List<Place> all = records(bytes);
        require(all.size() > most, "the newest segment has only " + all.size() + " records");
        return new JournalTail(file, bytes, all.subList(all.size() - most, all.size()));
    }

    private static List<Place> records(final byte[] bytes) {
        final List<Place> places = new ArrayList<>();
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        final RecordFlyweight record = new RecordFlyweight();
        int at = 0;
        while (at + RecordFlyweight.HEADER_LENGTH <= bytes.length) {
            if (record.wrap(buffer, at).magic() == RecordFlyweight.MAGIC) {
                if (record.count() > 0) {
                    places.add(new Place(
                            at - FRAME_HEADER, at + record.length(), record.firstSequence(), record.lastSequence()));
                }
                at += record.length();
            } else {
                at++;
            }
        }
        return places;
    }

    List<Place> records() {
        return records;
    }

    /** Whether it is the last one. */
    boolean isLast(final Place place) {
        return place.equals(records.get(records.size() - 1));
    }

    /** Damages the file. False if that would change nothing. */
    boolean damage(final Path copy, final Damage damage, final int at, final Place place) throws IOException {
        final byte[] changed = switch (damage) {
            case FLIPPED -> new byte[] {(byte) (bytes[at] ^ 1 << at % Byte.SIZE)};
            case ZEROED -> new byte[1];
            case ZEROED_TO_THE_RECORDS_END -> new byte[place.end - at];
            case TRUNCATED -> new byte[0];
        };
        if (Arrays.equals(changed, 0, changed.length, bytes, at, at + changed.length) && changed.length > 0) {
            return false;
        }
        try (RandomAccessFile target = new RandomAccessFile(copy.toFile(), "rw")) {
            if (damage == Damage.TRUNCATED) {
                target.setLength(at);
            } else {
                target.seek(at);
                target.write(changed);
            }
        }
        return true;
    }

    /** Puts everything from a place on back as it was. */
    void repair(final int from) throws IOException {
        try (RandomAccessFile target = new RandomAccessFile(file.toFile(), "rw")) {
            final boolean cut = target.length() < bytes.length;
            target.seek(from);
            target.write(bytes, from, (cut ? bytes.length : records.get(records.size() - 1).end) - from);
        }
    }

    Path file() {
        return file;
    }
}
