package io.flashsale.projector;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The files of a file system. Any thread. */
final class DiskFiles implements StateFiles {
    static final StateFiles INSTANCE = new DiskFiles();

    private static final int CHUNK_BYTES = 1024 * 1024;

    private DiskFiles() {}

    @Override
    public List<Path> list(final Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    @Override
    public boolean exists(final Path file) {
        return Files.exists(file);
    }

    @Override
    public SeekableByteChannel read(final Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
    }

    @Override
    public void createDirectories(final Path directory) throws IOException {
        Files.createDirectories(directory);
    }

    /** In pieces: a large write would keep native memory of its size for the thread's life. */
    @Override
    public void write(final Path file, final byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (int at = 0; at < bytes.length; at += CHUNK_BYTES) {
                final ByteBuffer chunk = ByteBuffer.wrap(bytes, at, Math.min(CHUNK_BYTES, bytes.length - at));
                while (chunk.hasRemaining()) {
                    channel.write(chunk);
                }
            }
            channel.force(true);
        }
    }

    /** Not a FileChannel: that would be closed by an interrupt of the projector's thread. */
    @Override
    public Slots open(final Path file) throws IOException {
        final RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw");
        return new Slots() {
            @Override
            public void write(final long position, final byte[] bytes) throws IOException {
                opened.seek(position);
                opened.write(bytes);
                opened.getFD().sync();
            }

            @Override
            public void close() throws IOException {
                opened.close();
            }
        };
    }

    @Override
    public void move(final Path from, final Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void deleteIfExists(final Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public void syncDirectory(final Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
