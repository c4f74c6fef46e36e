package io.flashsale.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Segments as Chronicle queues: each a directory of its own below the journal's, with one {@code .cq4} file that never
 * rolls. Any Chronicle tailer reads them; {@code schema/formats/segment.md} says what is in them.
 */
public final class ChronicleSegmentStorage implements SegmentStorage {
    private static final String PREFIX = "segment-";
    private static final String DELETED_PREFIX = "deleted-";
    private static final String BEGUN_FILE = "begun";
    private static final String NOT_BEGUN_FILE = "begun.new";
    private static final int MAX_DIGITS = 18;
    private static final long MAX_NUMBER = 999_999_999_999_999_999L;

    static {
        ChronicleSettings.apply();
    }

    private final Path journalDirectory;

    /**
     * Opens nothing.
     *
     * @param journalDirectory holding the segments; created with the first of them.
     */
    public ChronicleSegmentStorage(final Path journalDirectory) {
        this.journalDirectory = journalDirectory.toAbsolutePath();
    }

    @Override
    public long[] list() throws IOException {
        if (!Files.isDirectory(journalDirectory)) {
            return new long[0];
        }
        final List<String> fileNames;
        try (Stream<Path> entries = Files.list(journalDirectory)) {
            fileNames = entries.map(path -> String.valueOf(path.getFileName()))
                    .filter(fileName -> fileName.matches(PREFIX + "\\d{10,}"))
                    .toList();
        }
        final long[] numbers = new long[fileNames.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(fileNames.get(i));
        }
        Arrays.sort(numbers);
        return numbers;
    }

    private long number(final String fileName) throws IOException {
        final String digits = fileName.substring(PREFIX.length());
        if (digits.length() > MAX_DIGITS) {
            throw new IOException(journalDirectory.resolve(fileName) + " has more than " + MAX_DIGITS
                    + " digits: no segment of this service, move it away");
        }
        return Long.parseLong(digits);
    }

    @Override
    public SegmentWriter create(final long number, final long initialBytes) throws IOException {
        if (number > MAX_NUMBER) {
            throw new IOException("a segment's number has at most " + MAX_DIGITS + " digits: " + name(number - 1)
                    + " is no segment of this service, move it away");
        }
        Files.createDirectories(journalDirectory);
        final Path directory = directory(number);
        Files.createDirectory(directory);
        Files.createFile(directory.resolve(NOT_BEGUN_FILE));
        return ChronicleSegmentWriter.create(directory, initialBytes);
    }

    @Override
    public SegmentReader open(final long number) throws IOException {
        final Path directory = directory(number);
        try {
            return new ChronicleSegmentReader(dataFile(number));
        } catch (final NoSuchFileException e) {
            if (Files.isDirectory(directory)) {
                // Being created just now, or the process ended in between: nothing was appended yet.
                return new EmptySegmentReader();
            }
            throw e;
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The mark is an empty file that was made with the segment and is renamed: nothing that a full disk could refuse.
     */
    @Override
    public void markBegun(final long number) throws IOException {
        final Path directory = directory(number);
        Files.move(directory.resolve(NOT_BEGUN_FILE), directory.resolve(BEGUN_FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public boolean isBegun(final long number) throws IOException {
        try {
            Files.readAttributes(directory(number).resolve(BEGUN_FILE), BasicFileAttributes.class);
            return true;
        } catch (final NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void syncDirectory(final long number) throws IOException {
        syncDirectory(directory(number));
        syncDirectory(journalDirectory);
        final Path parent = journalDirectory.getParent();
        if (parent != null) {
            syncDirectory(parent);
        }
    }

    static void syncDirectory(final Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void trim(final long number, final long end) throws IOException {
        final Path file = dataFile(number);
        final long size = ChronicleSettings.mappedEnd(end);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.size() > size) {
                channel.truncate(size);
            }
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>The segment disappears from the listing at once, by a rename: a process that ends in between leaves no half of a
     * segment, which would read as a damaged one, but a directory that the next deletion clears away.
     */
    @Override
    public void delete(final long number) throws IOException {
        final Path directory = directory(number);
        if (Files.exists(directory)) {
            clear(deleted(number));
            Files.move(directory, deleted(number), StandardCopyOption.ATOMIC_MOVE);
            syncDirectory(journalDirectory);
        }
        if (Files.isDirectory(journalDirectory)) {
            clearDeleted();
        }
    }

    @Override
    public long leastBytes() {
        return ChronicleSettings.SMALLEST_FILL_BYTES;
    }

    private void clearDeleted() throws IOException {
        final List<Path> leftovers;
        try (Stream<Path> entries = Files.list(journalDirectory)) {
            leftovers = entries.filter(
                            path -> String.valueOf(path.getFileName()).startsWith(DELETED_PREFIX))
                    .toList();
        }
        for (final Path leftover : leftovers) {
            clear(leftover);
        }
    }

    private static void clear(final Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        final List<Path> paths = new ArrayList<>();
        try (Stream<Path> tree = Files.walk(directory)) {
            tree.forEach(paths::add);
        }
        for (int i = paths.size() - 1; i >= 0; i--) {
            Files.deleteIfExists(paths.get(i));
        }
    }

    private Path deleted(final long number) {
        return journalDirectory.resolve(DELETED_PREFIX + name(number));
    }

    /**
     * The file that holds a segment's records: for a process that syncs it through a descriptor of its own.
     *
     * @param number of the segment.
     * @return a path; the file exists once the segment has a writer.
     */
    public Path dataFile(final long number) {
        return directory(number).resolve(ChronicleSettings.DATA_FILE);
    }

    private Path directory(final long number) {
        return journalDirectory.resolve(name(number));
    }
}
