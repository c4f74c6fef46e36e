package io.flashsale.journal;

import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Segments in memory behind a page cache and a disk. What was not forced is lost at a power loss page by page: not written,
 * written, or torn at a sector, in any order. A segment whose directory was not synced may be gone as a whole, or may be there
 * without its mark. Framed as Chronicle frames, with documents of its own in between.
 *
 * <p>Fills at most {@link #FILL_BYTES} at once, whatever is asked, to keep scans short. Shared with the simulation of the whole
 * service, as a jar of this module's tests.
 */
public final class SimulatedSegmentStorage implements SegmentStorage {
    public static final int PAGE = 4096;
    public static final int SECTOR = 512;
    private static final byte[] ZEROS = new byte[PAGE];
    public static final int FILL_BYTES = 8 * PAGE;

    /** Ends the simulated process in the middle of an operation. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("simulated crash", null, false, false);
        }
    }

    /** One segment's bytes. */
    static final class Segment {
        final Map<Integer, byte[]> cache = new HashMap<>();
        final Map<Integer, byte[]> disk = new HashMap<>();
        final Set<Integer> dirty = new TreeSet<>();
        boolean directorySynced;
        boolean begun;
        boolean begunSynced;
        long size;

        /** Damage from outside: the data file is zeros, or empty, and the mark stands beside it. */
        Segment wiped(final long length) {
            final Segment wiped = new Segment();
            wiped.directorySynced = directorySynced;
            wiped.begun = begun;
            wiped.begunSynced = begunSynced;
            wiped.size = length;
            return wiped;
        }

        byte[] page(final int number) {
            return cache.getOrDefault(number, ZEROS);
        }

        void write(final long position, final byte[] bytes, final int from, final int to) {
            for (int at = from; at < to; ) {
                final int inPage = (int) ((position + at) % PAGE);
                final int length = Math.min(PAGE - inPage, to - at);
                final int number = (int) ((position + at) / PAGE);
                System.arraycopy(bytes, at, cache.computeIfAbsent(number, n -> new byte[PAGE]), inPage, length);
                dirty.add(number);
                at += length;
            }
        }

        /** Writes the dirty pages back, or some of them. */
        void force(final RandomGenerator random, final boolean all) {
            for (final int number : dirty) {
                if (all || random.nextBoolean()) {
                    disk.put(number, cache.get(number).clone());
                }
            }
            if (all) {
                dirty.clear();
            }
        }

        /** What a kernel does after a failed write-back: the pages count as clean, and the next sync succeeds without them. */
        void forget() {
            dirty.clear();
        }

        void losePower(final RandomGenerator random) {
            for (final int number : dirty) {
                final byte[] page = cache.get(number);
                final byte[] old = disk.computeIfAbsent(number, n -> new byte[PAGE]);
                final int fate = random.nextInt(3);
                for (int sector = 0; sector < PAGE; sector += SECTOR) {
                    if (fate == 1 || (fate == 2 && random.nextBoolean())) {
                        System.arraycopy(page, sector, old, sector, SECTOR);
                    }
                }
            }
            dirty.clear();
            cache.clear();
            disk.forEach((number, bytes) -> cache.put(number, bytes.clone()));
        }
    }

    final TreeMap<Long, Segment> segments = new TreeMap<>();
    private final RandomGenerator random;
    private int operationsUntilCrash = Integer.MAX_VALUE;
    private Runnable beforeSync = () -> {};
    boolean failForce;
    boolean full;

    /**
     * Without segments.
     *
     * @param random decides what a power loss spares.
     */
    public SimulatedSegmentStorage(final RandomGenerator random) {
        this.random = random;
    }

    /**
     * Whether syncs fail from now on, and forget what they should have written.
     *
     * @param fails or not.
     */
    public void failSyncs(final boolean fails) {
        failForce = fails;
    }

    /**
     * Whether there is no space from now on.
     *
     * @param isFull or not.
     */
    public void fillUp(final boolean isFull) {
        full = isFull;
    }

    /**
     * What happens before each sync, such as time that passes.
     *
     * @param task in place of the one before.
     */
    public void beforeSync(final Runnable task) {
        beforeSync = task;
    }

    /**
     * Ends the process in the n-th operation from now.
     *
     * @param operations 0 for the next.
     */
    public void crashAfter(final int operations) {
        operationsUntilCrash = operations;
    }

    /** The machine loses power: what is not on disk may be gone. */
    public void losePower() {
        crashAfter(Integer.MAX_VALUE);
        segments.values().removeIf(segment -> !segment.directorySynced && random.nextBoolean());
        for (final Segment segment : segments.values()) {
            segment.losePower(random);
            segment.directorySynced = true;
            segment.begun &= segment.begunSynced || random.nextBoolean();
            segment.begunSynced = segment.begun;
        }
    }

    private boolean crashes() {
        return operationsUntilCrash-- <= 0;
    }

    /** One more operation of the process, here or elsewhere on the machine: ends it if it is due. */
    public void crashIfDue() {
        if (crashes()) {
            throw new Crash();
        }
    }

    @Override
    public long[] list() {
        return segments.keySet().stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public SegmentWriter create(final long number, final long initialBytes) throws IOException {
        crashIfDue();
        final Segment segment = new Segment();
        if (segments.putIfAbsent(number, segment) != null) {
            throw new IOException("exists: " + number);
        }
        crashIfDue();
        final Writer writer = new Writer(segment);
        writer.fill(FILL_BYTES);
        return writer;
    }

    @Override
    public SegmentReader open(final long number) throws IOException {
        final Segment segment = segments.get(number);
        if (segment == null) {
            throw new NoSuchFileException("no such segment: " + number);
        }
        return new Reader(segment);
    }

    @Override
    public void markBegun(final long number) {
        crashIfDue();
        segments.get(number).begun = true;
    }

    @Override
    public boolean isBegun(final long number) {
        final Segment segment = segments.get(number);
        return segment != null && segment.begun;
    }

    @Override
    public void syncDirectory(final long number) throws IOException {
        crashIfDue();
        if (failForce) {
            throw new IOException("Input/output error");
        }
        final Segment segment = segments.get(number);
        segment.directorySynced = true;
        segment.begunSynced = segment.begun;
    }

    @Override
    public void trim(final long number, final long end) {
        crashIfDue();
        final Segment segment = segments.get(number);
        segment.size = Math.min(segment.size, (end / PAGE + 2) * PAGE);
    }

    @Override
    public void delete(final long number) {
        crashIfDue();
        segments.remove(number);
    }

    private final class Writer implements SegmentWriter {
        private final Segment segment;
        private long position;
        private long frontier;
        private int appended;

        private Writer(final Segment segment) {
            this.segment = segment;
        }

        @Override
        public void append(final ByteBuffer record) {
            if (!hasRoomFor(record.remaining())) {
                throw new IllegalStateException("would pass the frontier");
            }
            if (appended++ % 7 == 0) {
                frame(new byte[60], true);
            }
            final byte[] bytes = new byte[record.remaining()];
            record.get(bytes);
            frame(bytes, false);
        }

        /** Content first, header last, as Chronicle does it. */
        private void frame(final byte[] bytes, final boolean metadata) {
            final long start = position + ChronicleFraming.HEADER_LENGTH;
            if (crashes()) {
                segment.write(start, bytes, 0, random.nextInt(bytes.length + 1));
                throw new Crash();
            }
            segment.write(start, bytes, 0, bytes.length);
            final int header = ChronicleFraming.recordHeader(bytes.length) | (metadata ? 1 << 30 : 0);
            segment.write(
                    position,
                    ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(header)
                            .array(),
                    0,
                    4);
            position = ChronicleFraming.align(start + bytes.length);
        }

        @Override
        public boolean hasRoomFor(final int length) {
            return position + length + 100 <= frontier;
        }

        @Override
        public void fill(final long upTo) throws IOException {
            crashIfDue();
            if (full) {
                throw new IOException("No space left on device");
            }
            if (failForce) {
                throw new SyncFailedException("Input/output error");
            }
            frontier = Math.max(frontier, Math.min(upTo, frontier + FILL_BYTES));
            segment.size = Math.max(segment.size, frontier);
        }

        @Override
        public void force() throws IOException {
            beforeSync.run();
            if (failForce) {
                segment.forget();
                throw new IOException("Input/output error");
            }
            if (crashes()) {
                segment.force(random, false);
                throw new Crash();
            }
            segment.force(random, true);
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public long frontier() {
            return frontier;
        }

        @Override
        public void close() {}
    }

    private static final class Reader implements SegmentReader {
        private final ByteBuffer scratch = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        private final Segment segment;

        private Reader(final Segment segment) {
            this.segment = segment;
        }

        @Override
        public long size() {
            return segment.size;
        }

        @Override
        public int read(final long position, final ByteBuffer target) {
            int total = 0;
            long at = position;
            while (target.hasRemaining() && at < segment.size) {
                final int inPage = (int) (at % PAGE);
                final int length = (int) Math.min(Math.min(PAGE - inPage, target.remaining()), segment.size - at);
                target.put(segment.page((int) (at / PAGE)), inPage, length);
                at += length;
                total += length;
            }
            return total;
        }

        @Override
        public long nextFrame(final long position) throws IOException {
            return ChronicleFraming.nextFrame(this, scratch, position);
        }

        @Override
        public void close() {}
    }
}
