package io.flashsale.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories for the data of a run. */
public final class ScratchDirectory {
    private ScratchDirectory() {}

    /**
     * Makes one below the working directory, so that it lies on a real disk and not in a temporary file system.
     *
     * @param prefix of its name.
     * @return absolute path.
     * @throws IOException if it cannot be made.
     */
    public static Path create(final String prefix) throws IOException {
        return Files.createTempDirectory(Path.of("").toAbsolutePath(), prefix);
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
    }
}
