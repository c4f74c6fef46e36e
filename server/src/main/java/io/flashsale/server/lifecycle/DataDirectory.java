package io.flashsale.server.lifecycle;

import io.flashsale.journal.DirectoryLock;
import io.flashsale.server.cli.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What lies where in the data directory.
 *
 * @param root absolute path.
 */
public record DataDirectory(Path root) {
    /** What a start takes at least: the first fill of a new segment of the journal, and small files. */
    private static final long START_BYTES = 5L * 1024 * 1024;

    /** As much as the journal fills ahead, so that the others stop before it has to. */
    private static final long SPARED_BYTES = 64L * 1024 * 1024;

    /** Segments of the journal. */
    public Path journal() {
        return root.resolve("journal");
    }

    /** The embedded PostgreSQL. */
    public Path postgres() {
        return root.resolve("postgres");
    }

    /** Snapshots of the engine. */
    public Path snapshots() {
        return root.resolve("snapshots");
    }

    /** How far the projection is. */
    public Path projectionMark() {
        return root.resolve("projection.mark");
    }

    /** Holds the lock of whoever projects. Never the service's own lock: both may be held at once. */
    public Path projector() {
        return root.resolve("projector");
    }

    /**
     * Whether a projector runs, in the service or as a process of its own; its PostgreSQL need not be ready.
     *
     * @return true if one holds its lock.
     */
    public boolean isProjected() {
        return DirectoryLock.isHeld(projector());
    }

    /**
     * The data directory of a command that reads a journal.
     *
     * @param root of the directory.
     * @return the directory.
     * @throws CommandFailedException if there is no journal in it.
     */
    public static DataDirectory existing(final Path root) {
        final DataDirectory data = new DataDirectory(root);
        if (!Files.isDirectory(data.journal())) {
            throw new CommandFailedException("there is no journal in APP_DATA_DIR=" + root
                    + ": start the service first, or name its data directory");
        }
        return data;
    }

    /**
     * How large the journal is, filled space included.
     *
     * @return bytes.
     * @throws IOException if it cannot be listed.
     */
    public long journalBytes() throws IOException {
        try (Stream<Path> files = Files.walk(journal())) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    /** Whether anything but the journal may write: what is free must suffice for the journal's next steps as well. */
    boolean hasSpaceToSpare() {
        return usableBytes() >= SPARED_BYTES;
    }

    /** What can still be written, in bytes; 0 if that cannot be told. */
    private long usableBytes() {
        return existing().toFile().getUsableSpace();
    }

    /** The directory, or the nearest above it that exists. */
    private Path existing() {
        Path existing = root;
        while (existing.getParent() != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        return existing;
    }

    /**
     * Makes the directory if it is missing and tries whether it can be written.
     *
     * @throws CommandFailedException if it cannot.
     */
    void prepare() {
        try {
            Files.createDirectories(root);
            // An empty one: there may be no block left, and the start may do all the same with what it can give back.
            final Path probe = root.resolve(".writable");
            Files.write(probe, new byte[0]);
            Files.delete(probe);
        } catch (final IOException e) {
            if (isFull()) {
                throw noSpace(e);
            }
            throw new CommandFailedException(
                    "cannot write in APP_DATA_DIR=" + root + " (" + reason(e) + "): choose another, or mend its owner"
                            + " and mode",
                    e);
        }
    }

    /** Whether there is too little space for a start. What has no space at all, such as /proc, is no disk that is full. */
    boolean isFull() {
        return usableBytes() < START_BYTES && existing().toFile().getTotalSpace() > 0;
    }

    /**
     * Says that there is too little space for a start.
     *
     * @param cause what failed for it.
     * @return to be thrown.
     */
    CommandFailedException noSpace(final Exception cause) {
        return new CommandFailedException(
                String.format(
                        Locale.ROOT,
                        "no space left in APP_DATA_DIR=%s: %,d bytes are free, and a start needs %,d for a new segment of"
                                + " the journal (%s): free space there or enlarge the disk, and start again",
                        root,
                        usableBytes(),
                        START_BYTES,
                        cause.getMessage()),
                cause);
    }

    private static String reason(final IOException e) {
        final String name = e.getClass().getSimpleName().replace("Exception", "");
        final String kind = name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        return e.getMessage() == null ? kind : kind + ": " + e.getMessage();
    }
}
