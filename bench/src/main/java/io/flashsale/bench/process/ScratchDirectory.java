package io.flashsale.bench.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Directories for the data of a run. A lock in each, which ends with its process, tells one in use from one that a killed
 * benchmark left behind: that is removed when the next one is made. What a drill left is kept, since it may be evidence.
 */
public final class ScratchDirectory {
    private static final String PARENT = "flash-sale-scratch";
    private static final String OWNER = "owner";
    private static final String BEGUN = "begun-";
    private static final String REMOVED_IF_LEFT = "bench-";
    /** Of this process: to open such a file again and close it would end the lock. */
    private static final Map<Path, FileChannel> OWNED = new HashMap<>();

    private ScratchDirectory() {}

    /**
     * Makes one below the working directory, so that it lies on a real disk and not in a temporary file system.
     *
     * @param prefix of its name.
     * @return absolute path.
     * @throws IOException if it cannot be made.
     */
    public static Path create(final String prefix) throws IOException {
        return create(Path.of(PARENT).toAbsolutePath(), prefix);
    }

    /** Makes one below a directory, which is made, too. */
    static Path create(final Path parent, final String prefix) throws IOException {
        synchronized (OWNED) {
            Files.createDirectories(parent);
            removeLeft(parent);
            // It gets its name when it is locked, so that nobody takes it for one that was left.
            final Path begun = Files.createTempDirectory(parent, BEGUN);
            final FileChannel owner =
                    FileChannel.open(begun.resolve(OWNER), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            owner.lock();
            final Path directory =
                    parent.resolve(prefix + begun.getFileName().toString().substring(BEGUN.length()));
            Files.move(begun, directory, StandardCopyOption.ATOMIC_MOVE);
            OWNED.put(directory, owner);
            return directory;
        }
    }

    private static void removeLeft(final Path parent) throws IOException {
        final List<Path> found;
        try (Stream<Path> children = Files.list(parent)) {
            found = children.filter(child -> child.getFileName().toString().startsWith(REMOVED_IF_LEFT))
                    .toList();
        }
        for (final Path directory : found) {
            if (!OWNED.containsKey(directory)) {
                removeIfLeft(directory);
            }
        }
    }

    private static void removeIfLeft(final Path directory) throws IOException {
        try (FileChannel owner = FileChannel.open(directory.resolve(OWNER), StandardOpenOption.WRITE);
                FileLock lock = owner.tryLock()) {
            if (lock != null) {
                delete(directory);
            }
        } catch (final NoSuchFileException isBeingDeleted) {
            return;
        }
    }

    /**
     * Deletes it and all that is in it. Symbolic links are deleted, not followed.
     *
     * @param directory that was made here.
     * @throws IOException if something cannot be deleted.
     */
    public static void delete(final Path directory) throws IOException {
        final List<Path> paths;
        try (Stream<Path> tree = Files.walk(directory)) {
            paths = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path path : paths) {
            Files.delete(path);
        }
        synchronized (OWNED) {
            final FileChannel owner = OWNED.remove(directory);
            if (owner != null) {
                owner.close();
            }
        }
    }
}
