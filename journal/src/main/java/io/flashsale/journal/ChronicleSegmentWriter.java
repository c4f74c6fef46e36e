package io.flashsale.journal;

import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes a segment that is a Chronicle queue: Chronicle Queue makes the file and appends its first record, every later one is
 * written in the same framing by {@code write} through a channel of this class.
 *
 * <p>Chronicle itself stores through a memory map. After each sync the first store into a page then changes the inode, so
 * that {@code fdatasync} commits the file system's own journal too, which takes several times as long as the data. A
 * {@code write} into filled space changes nothing but the data. It also reports a full disk as an exception, where a store
 * would end the process.
 *
 * <p>The channel is opened before the first store and kept until the end, so that the operating system reports every failed
 * write-back to it.
 */
final class ChronicleSegmentWriter implements SegmentWriter {
    /** Short, because a write excludes the appending thread's for its time. */
    private static final int ZEROS_BYTES = 256 * 1024;

    private static final long PAGE_BYTES = 4096;

    private final ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
    private final ByteBuffer header =
            ByteBuffer.allocateDirect(ChronicleFraming.HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private final FileChannel channel;
    private volatile long position;
    private volatile long frontier;
    private volatile boolean closed;

    private ChronicleSegmentWriter(
            final ChronicleQueue queue, final ExcerptAppender appender, final FileChannel channel) {
        this.queue = queue;
        this.appender = appender;
        this.channel = channel;
    }

    /**
     * The order matters: the metadata file is filled before Chronicle opens it; the appender is made while there is no data
     * file, because it would wait for one that is still zero to be finished by somebody else; the data file is filled before
     * the first record makes Chronicle open it.
     */
    static ChronicleSegmentWriter create(final Path directory, final long initialBytes) throws IOException {
        fillMetadata(directory.resolve(ChronicleSettings.METADATA_FILE));
        ChronicleQueue queue = null;
        FileChannel channel = null;
        try {
            queue = ChronicleSettings.builder(directory).build();
            final ExcerptAppender appender = queue.createAppender();
            appender.singleThreadedCheckDisabled(true);
            channel = FileChannel.open(
                    directory.resolve(ChronicleSettings.DATA_FILE),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE);
            Jvm.doNotCloseOnInterrupt(ChronicleSegmentWriter.class, channel);
            final ChronicleSegmentWriter writer = new ChronicleSegmentWriter(queue, appender, channel);
            writer.fill(Math.max(initialBytes, ChronicleSettings.SMALLEST_FILL_BYTES));
            // Now, so that after a power loss the mark of a begun segment never stands there without the data file.
            ChronicleSegmentStorage.syncDirectory(directory);
            return writer;
        } catch (final IOException | RuntimeException e) {
            closeAll(queue, channel);
            throw e;
        }
    }

    private static void fillMetadata(final Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            final ByteBuffer zeros = ByteBuffer.allocate(ChronicleSettings.METADATA_BYTES);
            while (zeros.hasRemaining()) {
                channel.write(zeros);
            }
            channel.force(true);
        }
    }

    @Override
    public void append(final ByteBuffer record) throws IOException {
        final int length = record.remaining();
        if (!hasRoomFor(length)) {
            throw new IllegalStateException("append of " + length + " bytes at " + position
                    + " would pass the frontier " + frontier + " of " + queue.file());
        }
        if (position == 0) {
            appendFirst(record);
            return;
        }
        final long start = position + ChronicleFraming.HEADER_LENGTH;
        writeFully(record, start);
        // Last, and in one piece: a reader that sees it finds the record behind it.
        header.clear().putInt(0, ChronicleFraming.recordHeader(length));
        writeFully(header, position);
        position = ChronicleFraming.align(start + length);
    }

    /** Chronicle writes the file's header and first indexes with it, and is not needed any more. */
    private void appendFirst(final ByteBuffer record) {
        final int length = record.remaining();
        final long end;
        try (DocumentContext document = appender.writingDocument()) {
            final Bytes<?> bytes = document.wire().bytes();
            final long start = bytes.writePosition();
            new UnsafeBuffer(bytes.addressForWrite(start), length).putBytes(0, record, length);
            bytes.writeSkip(length);
            end = start + length;
        }
        position = ChronicleFraming.align(end);
        queue.close();
    }

    private void writeFully(final ByteBuffer bytes, final long at) throws IOException {
        long next = at;
        while (bytes.hasRemaining()) {
            next += channel.write(bytes, next);
        }
    }

    @Override
    public boolean hasRoomFor(final int length) {
        final long begin = position;
        final int reserved = begin == 0 ? ChronicleSettings.HEADROOM_BYTES : 0;
        return begin + reserved + ChronicleFraming.HEADER_LENGTH + length <= frontier - ChronicleFraming.HEADER_LENGTH;
    }

    @Override
    public void fill(final long upTo) throws IOException {
        final long end = (upTo + PAGE_BYTES - 1) & -PAGE_BYTES;
        long at = frontier;
        if (at >= end) {
            return;
        }
        while (at < end) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), end - at));
            at += channel.write(zeros, at);
        }
        try {
            channel.force(true);
        } catch (final IOException e) {
            throw (IOException) new SyncFailedException(e.getMessage()).initCause(e);
        }
        frontier = end;
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
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
    public void close() {
        if (!closed) {
            closed = true;
            closeAll(queue, channel);
        }
    }

    private static void closeAll(final ChronicleQueue queue, final FileChannel channel) {
        if (queue != null) {
            queue.close();
        }
        if (channel != null) {
            try {
                channel.close();
            } catch (final IOException ignored) {
                // Closing loses nothing: what had to be durable was forced, and its failure was reported then.
            }
        }
    }
}
