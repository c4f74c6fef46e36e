package io.flashsale.projector;

import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SnapshotFormatException;
import io.flashsale.journal.Evidence;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The directory of snapshots. A file gets its name only when it is on stable storage and was read back; a file with such a
 * name therefore proves that the journal was durable through its sequence.
 *
 * <p>Reading is for any thread and any process; writing and deleting are for one thread of the process that writes the journal.
 */
public final class SnapshotStore {
    private static final Pattern NAME = Pattern.compile("snapshot-(\\d{19})\\.fss");
    private static final String UNFINISHED = "snapshot.unfinished";

    private final StateFiles files;
    private final Path directory;

    /**
     * Assigns; opens nothing.
     *
     * @param directory created with the first snapshot.
     */
    public SnapshotStore(final Path directory) {
        this(DiskFiles.INSTANCE, directory.toAbsolutePath());
    }

    /**
     * The same over other files than the disk's.
     *
     * @param files     that hold the directory.
     * @param directory created with the first snapshot.
     */
    public SnapshotStore(final StateFiles files, final Path directory) {
        this.files = files;
        this.directory = directory;
    }

    /**
     * What there is, by the headers.
     *
     * @return newest first.
     * @throws IOException if the directory cannot be read.
     */
    public List<SnapshotHeader> list() throws IOException {
        final List<SnapshotHeader> headers = new ArrayList<>();
        for (final Path file : files.list(directory)) {
            final Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
            if (name.matches()) {
                try {
                    headers.add(SnapshotFile.readHeader(files, file, Long.parseLong(name.group(1))));
                } catch (final NoSuchFileException e) {
                    // The service has replaced it meanwhile.
                }
            }
        }
        headers.sort(Comparator.comparingLong(SnapshotHeader::sequence).reversed());
        return headers;
    }

    /**
     * What recovery takes from the snapshots.
     *
     * @return one proof, of the newest whose header is whole; none if there is no such.
     * @throws IOException if they cannot be read.
     */
    public List<Evidence> evidence() throws IOException {
        return list().stream()
                .filter(SnapshotHeader::isWhole)
                .limit(1)
                .map(newest -> new Evidence("snapshot " + newest.file(), newest.sequence()))
                .toList();
    }

    /**
     * Restores the state and proves it.
     *
     * @param header of the snapshot.
     * @return a new engine.
     * @throws SnapshotFormatException if it is damaged.
     * @throws IOException             if it cannot be read.
     */
    public SaleEngine load(final SnapshotHeader header) throws IOException {
        return SnapshotFile.read(files, header);
    }

    /**
     * Writes a snapshot, reads it back, and only then gives it its name. The journal was made durable before.
     *
     * @param bytes     as {@link SnapshotFile#encode} made them.
     * @param sequence  that they include.
     * @param stateHash that they must restore.
     * @throws IOException             if it could not be made durable; nothing is left of it, and it may be tried again.
     * @throws SnapshotFormatException if what was read back is not what was written.
     */
    void write(final byte[] bytes, final long sequence, final long stateHash) throws IOException {
        files.createDirectories(directory);
        final Path unfinished = directory.resolve(UNFINISHED);
        try {
            files.write(unfinished, bytes);
            if (SnapshotFile.readBack(files, unfinished, bytes, sequence).stateHash() != stateHash) {
                throw new SnapshotFormatException("the snapshot read back has another state than the one written");
            }
            files.move(unfinished, path(sequence));
        } finally {
            files.deleteIfExists(unfinished);
        }
        syncDirectory();
    }

    /**
     * Deletes the snapshots that nobody will start from: older than the newest two that are whole, and not asked for.
     *
     * @param wanted sequences of others to keep.
     * @throws IOException if one cannot be deleted.
     */
    void prune(final Set<Long> wanted) throws IOException {
        int whole = 0;
        for (final SnapshotHeader header : list()) {
            if (whole >= 2 && !wanted.contains(header.sequence())) {
                files.deleteIfExists(header.file());
            }
            whole += header.isWhole() ? 1 : 0;
        }
    }

    Path path(final long sequence) {
        return directory.resolve(String.format("snapshot-%019d.fss", sequence));
    }

    private void syncDirectory() throws IOException {
        files.syncDirectory(directory);
        final Path parent = directory.getParent();
        if (parent != null) {
            files.syncDirectory(parent);
        }
    }
}
