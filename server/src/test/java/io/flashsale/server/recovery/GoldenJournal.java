package io.flashsale.server.recovery;

import io.flashsale.engine.SaleEngine;
import io.flashsale.projector.SnapshotStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * A journal that a build wrote and every later build must replay: a zip of a data directory's {@code journal} and
 * {@code snapshots}, and beside it what a replay must arrive at. {@code schema/golden/README.md} says which there are.
 *
 * @param name of the files, without their ending.
 */
record GoldenJournal(String name) {
    static final Path DIRECTORY = Path.of("../schema/golden");

    /** What a replay arrives at, in words that are compared as they stand. */
    static String describe(final SaleEngine engine, final boolean cleanEnd) {
        return String.format(
                Locale.ROOT,
                "last_sequence=%d%nstate_hash=%016x%nsale_id=%d%nitems=%d%nheld=%d%nsold=%d%nclosing_held=%d%nclean_end=%b%n",
                engine.lastSequence(),
                engine.stateHash(),
                engine.saleId(),
                engine.items(),
                engine.held(),
                engine.sold(),
                engine.closingHeld(),
                cleanEnd);
    }

    String expected() throws IOException {
        return Files.readString(DIRECTORY.resolve(name + ".txt"));
    }

    /** Replaces the golden journal by what is in a data directory. */
    void write(final Path data, final String expected) throws IOException {
        Files.writeString(DIRECTORY.resolve(name + ".txt"), expected, StandardCharsets.US_ASCII);
        try (OutputStream file = Files.newOutputStream(DIRECTORY.resolve(name + ".zip"));
                ZipOutputStream zip = new ZipOutputStream(file);
                Stream<Path> walk = Files.walk(data)) {
            zip.setLevel(9);
            for (final Path path : walk.filter(Files::isRegularFile).sorted().toList()) {
                final ZipEntry entry =
                        new ZipEntry(data.relativize(path).toString()).setLastModifiedTime(FileTime.fromMillis(0));
                zip.putNextEntry(entry);
                Files.copy(path, zip);
            }
        }
    }

    /** Unpacks it into an empty directory. */
    void unpack(final Path data) throws IOException {
        try (InputStream file = Files.newInputStream(DIRECTORY.resolve(name + ".zip"));
                ZipInputStream zip = new ZipInputStream(file)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                final Path target = data.resolve(entry.getName());
                Files.createDirectories(target.getParent());
                Files.copy(zip, target);
            }
        }
        Files.createDirectories(snapshots(data));
    }

    static Path journal(final Path data) {
        return data.resolve("journal");
    }

    static Path snapshots(final Path data) {
        return data.resolve("snapshots");
    }

    /** The segments' data files, oldest first. */
    static List<Path> segments(final Path data) throws IOException {
        try (Stream<Path> walk = Files.walk(journal(data))) {
            return walk.filter(path -> path.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    static SnapshotStore store(final Path data) {
        return new SnapshotStore(snapshots(data));
    }
}
