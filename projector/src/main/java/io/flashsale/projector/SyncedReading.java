package io.flashsale.projector;

import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalException;
import io.flashsale.journal.SegmentReader;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.journal.SegmentWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * A journal that another process writes, read so that what was read can be made durable: whoever reads the tail sees
 * records before their writer has synced them.
 *
 * <p>Every segment that is read gets a descriptor of this process's own, opened before its first byte is read and kept
 * until everything read from it is durable. A descriptor opened later would not be told of a write that failed in between.
 *
 * <p>Nothing here can write to a segment. For one thread: the projector's.
 */
public final class SyncedReading implements SegmentStorage, JournalDurability, AutoCloseable {
    private final ChronicleSegmentStorage storage;
    private final TreeMap<Long, Segment> segments = new TreeMap<>();

    /** One segment's descriptor, and whether there is anything to sync. */
    private static final class Segment {
        private final FileChannel channel;
        private int readers;
        private boolean isDirty;
        private boolean isDirectorySynced;

        Segment(final FileChannel channel) {
            this.channel = channel;
        }
    }

    private static final class NotingReader implements SegmentReader {
        private final SegmentReader reader;
        private final Segment segment;
        private boolean closed;

        NotingReader(final SegmentReader reader, final Segment segment) {
            this.reader = reader;
            this.segment = segment;
            segment.readers++;
        }

        @Override
        public long size() throws IOException {
            return reader.size();
        }

        @Override
        public int read(final long position, final ByteBuffer target) throws IOException {
            segment.isDirty = true;
            return reader.read(position, target);
        }

        @Override
        public long nextFrame(final long position) throws IOException {
            final long frame = reader.nextFrame(position);
            // The record's bytes may have been read, and synced, before its frame was completed.
            segment.isDirty |= frame >= 0;
            return frame;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                segment.readers--;
                reader.close();
            }
        }
    }

    /**
     * Assigns; opens nothing.
     *
     * @param storage of the journal.
     */
    public SyncedReading(final ChronicleSegmentStorage storage) {
        this.storage = storage;
    }

    @Override
    public long[] list() throws IOException {
        return storage.list();
    }

    @Override
    public SegmentReader open(final long number) throws IOException {
        Segment segment = segments.get(number);
        if (segment == null) {
            try {
                segment = new Segment(FileChannel.open(storage.dataFile(number), StandardOpenOption.READ));
            } catch (final NoSuchFileException e) {
                // Being created just now: there is nothing to read yet, and nothing to sync.
                return storage.open(number);
            }
            segments.put(number, segment);
        }
        return new NotingReader(storage.open(number), segment);
    }

    /**
     * Syncs everything that was read, which includes the sequence: a reader delivers what it has read, never more.
     *
     * @param sequence that was read.
     * @throws JournalException if a sync failed: nothing derived from the journal may be kept.
     */
    @Override
    public void makeDurable(final long sequence) {
        final Iterator<Map.Entry<Long, Segment>> each = segments.entrySet().iterator();
        while (each.hasNext()) {
            final Map.Entry<Long, Segment> next = each.next();
            final Segment segment = next.getValue();
            try {
                sync(next.getKey(), segment);
                if (segment.readers == 0) {
                    each.remove();
                    segment.channel.close();
                }
            } catch (final IOException e) {
                throw new JournalException(
                        storage.name(next.getKey()) + " cannot be synced through sequence " + sequence + ": "
                                + e.getMessage(),
                        e);
            }
        }
    }

    private void sync(final long number, final Segment segment) throws IOException {
        if (segment.isDirty) {
            segment.isDirty = false;
            segment.channel.force(false);
            if (!segment.isDirectorySynced) {
                storage.syncDirectory(number);
                segment.isDirectorySynced = true;
            }
        }
    }

    @Override
    public SegmentWriter create(final long number, final long initialBytes) {
        throw readOnly();
    }

    @Override
    public void sync(final long number) {
        throw readOnly();
    }

    @Override
    public void syncDirectory(final long number) {
        throw readOnly();
    }

    @Override
    public void trim(final long number, final long end) {
        throw readOnly();
    }

    @Override
    public void delete(final long number) {
        throw readOnly();
    }

    private static UnsupportedOperationException readOnly() {
        return new UnsupportedOperationException("only the service writes the journal");
    }

    @Override
    public String name(final long number) {
        return storage.name(number);
    }

    /** How many segments have a descriptor: those being read, or with something left to sync. */
    int descriptors() {
        return segments.size();
    }

    /** Closes the descriptors. What was not made durable stays as it is. */
    @Override
    public void close() throws IOException {
        for (final Segment segment : segments.values()) {
            segment.channel.close();
        }
        segments.clear();
    }
}
