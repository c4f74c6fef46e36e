package io.flashsale.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.core.Jvm;

/** Reads a queue's data file with positional reads: never mapped, never through a tailer. */
final class ChronicleSegmentReader implements SegmentReader {
    private final ByteBuffer header =
            ByteBuffer.allocateDirect(ChronicleFraming.HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final FileChannel channel;

    ChronicleSegmentReader(final Path file) throws IOException {
        channel = FileChannel.open(file, StandardOpenOption.READ);
        Jvm.doNotCloseOnInterrupt(ChronicleSegmentReader.class, channel);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public int read(final long position, final ByteBuffer target) throws IOException {
        int total = 0;
        while (target.hasRemaining()) {
            final int read = channel.read(target, position + total);
            if (read <= 0) {
                break;
            }
            total += read;
        }
        return total;
    }

    @Override
    public long nextFrame(final long position) throws IOException {
        return ChronicleFraming.nextFrame(this, header, position);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException ignored) {
            // Nothing was written through this channel.
        }
    }
}
