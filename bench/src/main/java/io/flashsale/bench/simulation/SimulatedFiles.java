package io.flashsale.bench.simulation;

import io.flashsale.journal.SimulatedSegmentStorage;
import io.flashsale.projector.StateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;

/**
 * The small files beside the journal, on the same disk: full, failing and crashing together. What was not forced is lost at a
 * power loss sector by sector. Names change at once and in order; a power loss takes back those of the end that no
 * directory's sync has covered. For one thread.
 */
final class SimulatedFiles implements StateFiles {
    private static final int SECTOR = SimulatedSegmentStorage.SECTOR;

    /** A file's bytes, whatever its names. */
    private static final class Content {
        private byte[] cache = new byte[0];
        private byte[] disk = new byte[0];
        private final BitSet dirty = new BitSet();

        private void write(final int position, final byte[] bytes, final int length) {
            if (cache.length < position + length) {
                cache = Arrays.copyOf(cache, position + length);
            }
            System.arraycopy(bytes, 0, cache, position, length);
            if (length > 0) {
                dirty.set(position / SECTOR, (position + length - 1) / SECTOR + 1);
            }
        }

        private void force() {
            disk = cache.clone();
            dirty.clear();
        }

        private void losePower(final SimulationRandom random) {
            final byte[] left = Arrays.copyOf(disk, random.nextBoolean() ? cache.length : disk.length);
            for (int sector = dirty.nextSetBit(0); sector >= 0; sector = dirty.nextSetBit(sector + 1)) {
                final int from = sector * SECTOR;
                final int to = Math.min(Math.min(from + SECTOR, cache.length), left.length);
                if (to > from && random.nextBoolean()) {
                    System.arraycopy(cache, from, left, from, to - from);
                }
            }
            disk = left;
            cache = left.clone();
            dirty.clear();
        }
    }

    /** The names before the changes that no sync has covered, oldest first. */
    private final List<TreeMap<Path, Content>> unsynced = new ArrayList<>();

    private final SimulatedDisk disk;
    private final SimulationRandom random;
    private TreeMap<Path, Content> names = new TreeMap<>();

    SimulatedFiles(final SimulatedDisk disk, final SimulationRandom random) {
        this.disk = disk;
        this.random = random;
    }

    void losePower() {
        if (!unsynced.isEmpty() && random.nextBoolean()) {
            names = unsynced.get(random.below(unsynced.size()));
        }
        unsynced.clear();
        names.values().forEach(content -> content.losePower(random));
    }

    private void changeNames() {
        unsynced.add(new TreeMap<>(names));
    }

    @Override
    public List<Path> list(final Path directory) {
        return names.keySet().stream()
                .filter(file -> directory.equals(file.getParent()))
                .toList();
    }

    @Override
    public boolean exists(final Path file) {
        return names.containsKey(file);
    }

    @Override
    public SeekableByteChannel read(final Path file) throws IOException {
        return new ReadChannel(content(file).cache);
    }

    private Content content(final Path file) throws NoSuchFileException {
        final Content content = names.get(file);
        if (content == null) {
            throw new NoSuchFileException(file.toString());
        }
        return content;
    }

    /** A directory is there with its first file. */
    @Override
    public void createDirectories(final Path directory) {}

    @Override
    public void write(final Path file, final byte[] bytes) throws IOException {
        disk.operation();
        if (!names.containsKey(file)) {
            changeNames();
            names.put(file, new Content());
        }
        final Content content = content(file);
        content.cache = new byte[0];
        if (disk.isFull()) {
            content.write(0, bytes, random.below(bytes.length + 1));
            throw new IOException("No space left on device");
        }
        content.write(0, bytes, bytes.length);
        disk.operation();
        sync(content);
    }

    private void sync(final Content content) throws IOException {
        if (disk.failsSync()) {
            content.dirty.clear();
            throw new IOException("Input/output error");
        }
        content.force();
    }

    @Override
    public Slots open(final Path file) throws IOException {
        final Content content = content(file);
        return new Slots() {
            @Override
            public void write(final long position, final byte[] bytes) throws IOException {
                content.write((int) position, bytes, bytes.length);
                disk.operation();
                sync(content);
                disk.operation();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void move(final Path from, final Path to) throws IOException {
        disk.operation();
        final Content content = content(from);
        changeNames();
        names.remove(from);
        names.put(to, content);
    }

    @Override
    public void deleteIfExists(final Path file) {
        if (names.containsKey(file)) {
            disk.operation();
            changeNames();
            names.remove(file);
        }
    }

    @Override
    public void syncDirectory(final Path directory) throws IOException {
        disk.operation();
        if (disk.failsSync()) {
            throw new IOException("Input/output error");
        }
        unsynced.clear();
    }

    /** Reads the bytes of a moment. */
    private static final class ReadChannel implements SeekableByteChannel {
        private final byte[] bytes;
        private int position;

        ReadChannel(final byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(final ByteBuffer target) {
            final int length = Math.min(target.remaining(), bytes.length - position);
            if (length <= 0) {
                return -1;
            }
            target.put(bytes, position, length);
            position += length;
            return length;
        }

        @Override
        public int write(final ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public SeekableByteChannel position(final long to) {
            position = (int) to;
            return this;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public SeekableByteChannel truncate(final long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
