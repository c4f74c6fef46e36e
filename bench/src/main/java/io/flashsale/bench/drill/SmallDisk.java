package io.flashsale.bench.drill;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A file system small enough to be filled, mounted for as long as it is open: ext4 in a file where that can be, else one in
 * memory. Needs the right to mount. For one thread.
 */
public final class SmallDisk implements AutoCloseable {
    private static final long COMMAND_SECONDS = 20;
    private static final long UNMOUNT_SECONDS = 5;

    private final Path root;
    private boolean mounted = true;

    private SmallDisk(final Path root) {
        this.root = root;
    }

    /**
     * Mounts one.
     *
     * @param directory receives {@code disk} and, of ext4, {@code image}.
     * @param mebibytes its size.
     * @return empty if there is no right to mount here.
     * @throws IOException if the directory cannot be written.
     */
    public static Optional<SmallDisk> mount(final Path directory, final int mebibytes) throws IOException {
        final Path root = Files.createDirectory(directory.resolve("disk"));
        final Path image = directory.resolve("image");
        final boolean ext4 = run("truncate", "-s", mebibytes + "M", image.toString())
                && run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString())
                && run("mount", "-o", "loop", image.toString(), root.toString());
        if (ext4 || run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", root.toString())) {
            return Optional.of(new SmallDisk(root));
        }
        Files.deleteIfExists(image);
        Files.delete(root);
        return Optional.empty();
    }

    /** Where it is mounted. */
    public Path root() {
        return root;
    }

    /**
     * Writes until nothing fits any more; again adds to what was written before.
     *
     * @throws IOException if it cannot be written at all.
     */
    public void fill() throws IOException {
        final byte[] bytes = new byte[64 * 1_024];
        int length = bytes.length;
        try (OutputStream out = Files.newOutputStream(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (length > 0) {
                try {
                    out.write(bytes, 0, length);
                } catch (final IOException full) {
                    length /= 2;
                }
            }
        }
    }

    /**
     * Takes away what {@link #fill} wrote.
     *
     * @throws IOException if it cannot be deleted.
     */
    public void free() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return root.resolve("filler");
    }

    /** Unmounts it, in the end also if something still uses it. */
    @Override
    public void close() {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(UNMOUNT_SECONDS);
        while (mounted && !run("umount", root.toString())) {
            if (System.nanoTime() - deadline > 0) {
                run("umount", "-l", root.toString());
                break;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        mounted = false;
    }

    /** Runs a command; false if it fails. */
    static boolean run(final String... command) {
        try {
            final Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (final IOException e) {
            return false;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
