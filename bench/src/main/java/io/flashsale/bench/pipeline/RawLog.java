package io.flashsale.bench.pipeline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * The baseline: one thread that writes records of one size into a file and forces each, and fills the file ahead as the
 * journal's keeper does, within the time. It decides nothing, has no checksum, and nobody waits for an answer.
 */
final class RawLog implements AutoCloseable {
    /** The journal's keeper fills so much in a step. */
    private static final int FILL_STEP = 4 * 1_024 * 1_024;

    private final FileChannel file;
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_STEP);
    private final boolean forced;
    private long position;
    private long filled;

    private RawLog(final FileChannel file, final boolean forced) {
        this.file = file;
        this.forced = forced;
    }

    /** A new file. */
    static RawLog open(final Path file, final boolean forced) throws IOException {
        return new RawLog(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), forced);
    }

    /** Records per second, for a while. */
    double sustained(final int recordBytes, final Duration duration) throws IOException {
        final ByteBuffer record = ByteBuffer.allocateDirect(recordBytes);
        final long begin = System.nanoTime();
        long records = 0;
        while (System.nanoTime() - begin < duration.toNanos()) {
            append(record);
            records++;
        }
        return records * 1e9 / (System.nanoTime() - begin);
    }

    /** Nanoseconds for so many records. */
    long burst(final int recordBytes, final long records) throws IOException {
        final ByteBuffer record = ByteBuffer.allocateDirect(recordBytes);
        final long begin = System.nanoTime();
        for (long i = 0; i < records; i++) {
            append(record);
        }
        return System.nanoTime() - begin;
    }

    private void append(final ByteBuffer record) throws IOException {
        while (position + record.capacity() > filled) {
            write(zeros, filled);
            filled += FILL_STEP;
            force();
        }
        write(record, position);
        position += record.capacity();
        force();
    }

    private void force() throws IOException {
        if (forced) {
            file.force(false);
        }
    }

    private void write(final ByteBuffer bytes, final long at) throws IOException {
        bytes.clear();
        while (bytes.hasRemaining()) {
            file.write(bytes, at + bytes.position());
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
