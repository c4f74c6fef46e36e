package io.flashsale.journal;

import java.io.IOException;
import java.io.SyncFailedException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.Jvm;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appends through Chronicle Queue; fills and forces through a channel of its own, opened before the first store and kept
 * until the end, so that the operating system reports every failed write-back to it.
 */
final class ChronicleSegmentWriter implements SegmentWriter {
    private static final int ZEROS_BYTES = 1024 * 1024;
    private static final long PAGE_BYTES = 4096;

    private final ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
    private final UnsafeBuffer target = new UnsafeBuffer(0, 0);
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
    public void append(final DirectBuffer buffer, final int offset, final int length) {
        if (!hasRoomFor(length)) {
            throw new IllegalStateException("append of " + length + " bytes at " + position
                    + " would pass the frontier " + frontier + " of " + queue.file());
        }
        final long end;
        try (DocumentContext document = appender.writingDocument()) {
            final Bytes<?> bytes = document.wire().bytes();
            final long start = bytes.writePosition();
            target.wrap(bytes.addressForWrite(start), length);
            target.putBytes(0, buffer, offset, length);
            bytes.writeSkip(length);
            end = start + length;
        }
        position = ChronicleFraming.align(end);
    }

    @Override
    public boolean hasRoomFor(final int length) {
        return position + ChronicleSettings.HEADROOM_BYTES + ChronicleFraming.HEADER_LENGTH + length <= frontier;
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
