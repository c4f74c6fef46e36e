package io.flashsale.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.TreeMap;

/** Segments that are byte arrays, to be read only. */
final class BytesStorage implements SegmentStorage {
    private final TreeMap<Long, byte[]> segments = new TreeMap<>();
    private boolean begun;

    void put(final long number, final byte[] bytes) {
        segments.put(number, bytes);
    }

    /** Whether every segment is marked. */
    void begun(final boolean marked) {
        begun = marked;
    }

    @Override
    public long[] list() {
        return segments.keySet().stream().mapToLong(Long::longValue).toArray();
    }

    @Override
    public SegmentReader open(final long number) throws IOException {
        final byte[] bytes = segments.get(number);
        if (bytes == null) {
            throw new NoSuchFileException("no such segment: " + number);
        }
        return new Reader(bytes);
    }

    @Override
    public boolean isBegun(final long number) {
        return begun && segments.containsKey(number);
    }

    @Override
    public SegmentWriter create(final long number, final long initialBytes) throws IOException {
        throw readOnly();
    }

    @Override
    public void markBegun(final long number) throws IOException {
        throw readOnly();
    }

    @Override
    public void syncDirectory(final long number) throws IOException {
        throw readOnly();
    }

    @Override
    public void trim(final long number, final long end) throws IOException {
        throw readOnly();
    }

    @Override
    public void delete(final long number) throws IOException {
        throw readOnly();
    }

    @Override
    public String name(final long number) {
        return "segment " + number;
    }

    private static IOException readOnly() {
        return new IOException("read only");
    }

    private static final class Reader implements SegmentReader {
        private final ByteBuffer scratch = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        private final byte[] bytes;

        private Reader(final byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public int read(final long position, final ByteBuffer target) {
            final int length = (int) Math.max(0, Math.min(target.remaining(), bytes.length - position));
            if (length > 0) {
                target.put(bytes, (int) position, length);
            }
            return length;
        }

        @Override
        public long nextFrame(final long position) throws IOException {
            return ChronicleFraming.nextFrame(this, scratch, position);
        }

        @Override
        public void close() {}
    }
}
