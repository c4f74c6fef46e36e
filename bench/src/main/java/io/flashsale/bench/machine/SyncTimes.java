package io.flashsale.bench.machine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.HdrHistogram.Histogram;

/** How long the least takes that a durable answer needs: one small write into space that is there already, and one sync. */
final class SyncTimes {
    private static final int WRITE_BYTES = 4096;
    private static final int FILE_BYTES = 16 * 1024 * 1024;

    private SyncTimes() {}

    /**
     * Measures, one after the other without pause.
     *
     * @param time how long.
     * @param file to be made; stays.
     * @return nanoseconds of a write and its sync.
     */
    static Histogram measure(final Duration time, final Path file) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocateDirect(WRITE_BYTES);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int at = 0; at < FILE_BYTES; at += WRITE_BYTES) {
                write(channel, bytes, at);
            }
            channel.force(true);
            final Histogram times = new Histogram(2);
            final long end = System.nanoTime() + time.toNanos();
            int at = 0;
            long begin = System.nanoTime();
            while (begin - end < 0) {
                write(channel, bytes, at);
                channel.force(false);
                at = (at + WRITE_BYTES) % FILE_BYTES;
                final long now = System.nanoTime();
                times.recordValue(now - begin);
                begin = now;
            }
            return times;
        }
    }

    private static void write(final FileChannel channel, final ByteBuffer bytes, final int at) throws IOException {
        bytes.clear();
        while (bytes.hasRemaining()) {
            channel.write(bytes, at + bytes.position());
        }
    }
}
