package io.flashsale.server.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
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
import java.util.stream.Stream;

/**
 * What stands in the directory of the service's own PostgreSQL.
 *
 * <pre>
 *  cluster-1/   the data of PostgreSQL
 *  current      name of the cluster that was completely made; written once it had started
 *  port         that it listens on, chosen when it was free
 *  password     of the user postgres, readable by the owner only
 *  binaries/    PostgreSQL itself, unpacked
 *  server.log   what PostgreSQL says
 * </pre>
 */
final class PostgresFiles {
    private static final String CLUSTER_PREFIX = "cluster-";
    private static final int LOG_TAIL_LINES = 5;

    private final Path directory;

    PostgresFiles(final Path directory) {
        this.directory = directory.toAbsolutePath().normalize();
    }

    Path directory() {
        return directory;
    }

    /** Closed to other users: zonky makes the directories of PostgreSQL's programs writable for everybody. */
    void createDirectory() throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    Path log() {
        return directory.resolve("server.log");
    }

    Path binaries() {
        return directory.resolve("binaries");
    }

    /** The cluster that had started before, or null. */
    Path currentCluster() throws IOException {
        final Path current = directory.resolve("current");
        return Files.exists(current)
                ? directory.resolve(Files.readString(current).strip())
                : null;
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
        while (Files.exists(directory.resolve(CLUSTER_PREFIX + number))) {
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
            final int port = Integer.parseInt(Files.readString(remembered).strip());
            if (isFree(port)) {
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

    private static boolean isFree(final int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (final IOException e) {
            return false;
        }
    }

    /** Made when first asked for. */
    String password() throws IOException {
        final Path file = directory.resolve("password");
        if (!Files.exists(file)) {
            final byte[] random = new byte[16];
            new SecureRandom().nextBytes(random);
            write("password", HexFormat.of().formatHex(random) + "\n");
        }
        return Files.readString(file).strip();
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
        try (FileChannel parent = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            parent.force(true);
        }
    }

    /** Binaries whose unpacking was cut short would be taken for whole. */
    void removeHalfUnpackedBinaries() throws IOException {
        if (!Files.exists(binaries())) {
            return;
        }
        final List<Path> unpacked;
        try (Stream<Path> children = Files.list(binaries())) {
            unpacked = children.filter(child -> !Files.exists(child.resolve(".exists")))
                    .toList();
        }
        for (final Path broken : unpacked) {
            delete(broken);
        }
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

    /** The last lines of the log, in one. */
    String logTail() {
        try {
            final List<String> lines = Files.readAllLines(log(), StandardCharsets.UTF_8);
            return String.join("; ", lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size()));
        } catch (final IOException e) {
            return "no log";
        }
    }
}
