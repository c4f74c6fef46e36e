package io.flashsale.server.postgres;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What stands in the directory of the service's own PostgreSQL.
 *
 * <pre>
 *  cluster-1/   the data of PostgreSQL
 *  current      name of the cluster; written once it was completely made
 *  lock         of whoever starts or stops it: see PostgresTurn
 *  users        shared lock of whoever uses it: see PostgresUsers
 *  port         that it listens on, chosen when it was free
 *  password     of the user postgres, readable by the owner only
 *  binaries/    PostgreSQL itself, unpacked
 *  server.log   what PostgreSQL says
 * </pre>
 */
final class PostgresFiles {
    static final int HIGHEST_PORT = 65_535;

    private static final String CLUSTER_PREFIX = "cluster-";
    private static final Pattern CLUSTER_NAME = Pattern.compile(CLUSTER_PREFIX + "\\d+");
    private static final int LOG_TAIL_LINES = 5;
    private static final int LOG_TAIL_BYTES = 4_096;
    private static final Pattern LOG_PREFIX = Pattern.compile("^\\d{4}-\\d\\d-\\d\\d [^\\[]*\\[\\d+\\] ");

    private final Path directory;

    PostgresFiles(final Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    Path directory() {
        return directory;
    }

    /** Closed to other users of the machine. */
    void createDirectory() throws IOException {
        ensureDirectory(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    /** A link to a directory, as to another disk, is one. */
    static void ensureDirectory(final Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory);
        }
    }

    Path log() {
        return directory.resolve("server.log");
    }

    Path binaries() {
        return directory.resolve("binaries");
    }

    /**
     * The cluster that was completely made; null if there is none, or no more. A link that leads nowhere is one: what it
     * leads to may come back, as a disk does.
     */
    Path currentCluster() throws IOException {
        final Path current = directory.resolve("current");
        if (!Files.exists(current)) {
            return null;
        }
        final String name =
                Files.readString(current, StandardCharsets.ISO_8859_1).strip();
        final Path cluster = CLUSTER_NAME.matcher(name).matches() ? directory.resolve(name) : null;
        return cluster != null && Files.exists(cluster, LinkOption.NOFOLLOW_LINKS) ? cluster : null;
    }

    /** Whether a cluster was completely made, whatever became of it. */
    boolean hadCluster() {
        return Files.exists(directory.resolve("current"));
    }

    /** Every directory that a cluster was begun in. */
    List<Path> clusters() throws IOException {
        final List<Path> found = new ArrayList<>();
        try (Stream<Path> children = Files.list(directory)) {
            children.filter(child -> child.getFileName().toString().startsWith(CLUSTER_PREFIX))
                    .sorted()
                    .forEach(found::add);
        }
        return found;
    }

    /**
     * A name not used before: an initdb that a killed service left behind may still write to the last one.
     */
    Path newCluster() {
        int number = 1;
        while (Files.exists(directory.resolve(CLUSTER_PREFIX + number), LinkOption.NOFOLLOW_LINKS)) {
            number++;
        }
        return directory.resolve(CLUSTER_PREFIX + number);
    }

    void remember(final Path cluster) throws IOException {
        if (!cluster.equals(currentCluster())) {
            write("current", cluster.getFileName() + "\n");
        }
    }

    /** The port of last time if it is free, otherwise a free one. */
    int port() throws IOException {
        final Path remembered = directory.resolve("port");
        if (Files.exists(remembered)) {
            final int port = (int) number(Files.readString(remembered, StandardCharsets.ISO_8859_1), HIGHEST_PORT);
            if (port > 0 && isFree(port)) {
                return port;
            }
        }
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void rememberPort(final int port) throws IOException {
        write("port", port + "\n");
    }

    /** A number from 1 to a highest one, or 0 for any other text, as a damaged file holds. */
    static long number(final String text, final long highest) {
        try {
            final long number = Long.parseLong(text.strip());
            return number > 0 && number <= highest ? number : 0;
        } catch (final NumberFormatException e) {
            return 0;
        }
    }

    private static boolean isFree(final int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    Path passwordFile() {
        return directory.resolve("password");
    }

    /** Made when first asked for. */
    String password() throws IOException {
        final Path file = passwordFile();
        if (!Files.exists(file)) {
            final byte[] random = new byte[16];
            new SecureRandom().nextBytes(random);
            write("password", HexFormat.of().formatHex(random) + "\n");
        }
        return Files.readString(file).strip();
    }

    static void syncDirectory(final Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Whole or not at all, readable by the owner only. */
    private void write(final String name, final String text) throws IOException {
        writeWhole(directory.resolve(name), text);
    }

    static void writeWhole(final Path file, final String text) throws IOException {
        final Path unfinished = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(unfinished);
        Files.createFile(
                unfinished, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(unfinished, text);
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectory(file.getParent());
    }

    static void delete(final Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(final Path visited, final IOException failure)
                    throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    long logLength() {
        return log().toFile().length();
    }

    /**
     * The last lines of the log, in one, without their times and process numbers: the same trouble reads the same.
     *
     * @param from where to begin, in bytes.
     */
    String logTail(final long from) {
        try (RandomAccessFile file = new RandomAccessFile(log().toFile(), "r")) {
            final byte[] bytes = new byte[(int) Math.min(LOG_TAIL_BYTES, Math.max(0, file.length() - from))];
            file.seek(file.length() - bytes.length);
            file.readFully(bytes);
            final List<String> lines = new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> LOG_PREFIX.matcher(line).replaceFirst("").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
            return String.join("; ", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (final IOException e) {
            return "";
        }
    }
}
