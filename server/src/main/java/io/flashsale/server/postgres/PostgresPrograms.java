package io.flashsale.server.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * PostgreSQL's own programs: unpacked from the class path, where Maven brings them, and run.
 *
 * <p>They are unpacked beside their place, synced and renamed, so that what stands there is whole, also after a full disk or
 * a power loss. Whether it still is, is looked at before each start of a server.
 */
final class PostgresPrograms {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresPrograms.class);
    private static final String UNFINISHED = ".new";
    private static final String CONTENT = "content";
    private static final int NAME_CHARACTERS = 16;
    private static final int OWNER_MAY_EXECUTE = 0100;
    private static final Duration KILL_PATIENCE = Duration.ofSeconds(1);

    private final Path bin;

    private PostgresPrograms(final Path bin) {
        this.bin = bin;
    }

    /**
     * The programs, unpacked if they are not yet. Others that stand there, those of an earlier version included, are
     * removed: no PostgreSQL may be running on them.
     *
     * @param directory of unpacked programs.
     * @throws IOException if they cannot be read or written, or the thread was interrupted.
     */
    static PostgresPrograms unpackedIn(final Path directory) throws IOException {
        PostgresFiles.ensureDirectory(directory);
        final Path home = directory.resolve("PG-" + version());
        removeAllBut(home, directory);
        if (!isWhole(home)) {
            if (Files.exists(home)) {
                LOG.warn("{} has lost files: PostgreSQL is unpacked again", home);
                PostgresFiles.delete(home);
            }
            final Path unfinished = home.resolveSibling(home.getFileName() + UNFINISHED);
            unpack(unfinished);
            Files.writeString(unfinished.resolve(CONTENT), content(unfinished));
            sync(unfinished);
            Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
            PostgresFiles.syncDirectory(directory);
        }
        return new PostgresPrograms(home.resolve("bin"));
    }

    /** Whether nothing of what was unpacked is missing or cut off; a thousand files are looked at in milliseconds. */
    private static boolean isWhole(final Path home) throws IOException {
        final Path content = home.resolve(CONTENT);
        return Files.exists(content) && content(home).equals(Files.readString(content, StandardCharsets.ISO_8859_1));
    }

    /** How many files there are, and their bytes; without the file that says so. */
    private static String content(final Path home) throws IOException {
        long files = 0;
        long bytes = 0;
        try (Stream<Path> all = Files.walk(home)) {
            for (final Path file : all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .filter(path -> !path.endsWith(CONTENT))
                    .toList()) {
                files++;
                bytes += Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .size();
            }
        }
        return files + " files, " + bytes + " bytes\n";
    }

    /** The programs that a cluster's last start used, from the file in which PostgreSQL keeps its own command line. */
    static PostgresPrograms of(final Path cluster) throws IOException {
        final String line = Files.readString(cluster.resolve("postmaster.opts")).strip();
        final int end = line.indexOf(" \"");
        return new PostgresPrograms(
                Path.of(end < 0 ? line : line.substring(0, end)).getParent());
    }

    private static InputStream archive() throws IOException {
        final String architecture = System.getProperty("os.arch");
        final String name = "/postgres-linux-" + (architecture.equals("aarch64") ? "arm_64" : "x86_64") + ".txz";
        final InputStream found = PostgresPrograms.class.getResourceAsStream(name);
        if (found == null) {
            throw new IOException("there is no PostgreSQL for " + architecture + " on the class path: set DB_HOST");
        }
        return found;
    }

    private static String version() throws IOException {
        try (InputStream archive = archive()) {
            final MessageDigest digest = MessageDigest.getInstance("SHA-256");
            final byte[] chunk = new byte[64 * 1024];
            for (int read = archive.read(chunk); read >= 0; read = archive.read(chunk)) {
                digest.update(chunk, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, NAME_CHARACTERS);
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static void removeAllBut(final Path home, final Path directory) throws IOException {
        final List<Path> others;
        try (Stream<Path> children = Files.list(directory)) {
            others = children.filter(child -> !child.equals(home)).toList();
        }
        for (final Path other : others) {
            PostgresFiles.delete(other);
        }
    }

    private static void unpack(final Path target) throws IOException {
        try (TarArchiveInputStream archive =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive())))) {
            for (TarArchiveEntry entry = archive.getNextEntry(); entry != null; entry = archive.getNextEntry()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new IOException("interrupted while PostgreSQL was unpacked");
                }
                final Path file = target.resolve(entry.getName()).normalize();
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else if (entry.isSymbolicLink()) {
                    Files.createDirectories(file.getParent());
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(archive, file);
                    if ((entry.getMode() & OWNER_MAY_EXECUTE) != 0
                            && !file.toFile().setExecutable(true)) {
                        throw new IOException(file + " cannot be made executable");
                    }
                }
            }
        }
    }

    /** A thousand files: the whole file system at once where that can be asked for, which is ten times faster. */
    private static void sync(final Path directory) throws IOException {
        if (SystemUser.runs("sync", "-f", directory.toString())) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file : files.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    /**
     * Runs one of the programs to its end; what it says goes to a file.
     *
     * @param log     appended to.
     * @param timeout longest run; then it is killed.
     * @param command name and arguments.
     * @return true if it succeeded.
     * @throws IOException if it cannot be run, or the thread was interrupted: then it is killed too.
     */
    boolean run(final Path log, final Duration timeout, final String... command) throws IOException {
        final Process process = start(log, command);
        try {
            if (process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue() == 0;
            }
            end(process);
            return false;
        } catch (final InterruptedException e) {
            end(process);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + command[0] + " ran", e);
        }
    }

    /** Starts one of the programs; what it says is appended to a file. */
    Process start(final Path log, final String... command) throws IOException {
        final List<String> line = new ArrayList<>();
        if (SystemUser.isRoot()) {
            // PostgreSQL's programs refuse to run as root; in a user namespace of its own root is nobody.
            line.addAll(List.of("unshare", "-U"));
        }
        line.add(bin.resolve(command[0]).toString());
        line.addAll(List.of(command).subList(1, command.length));
        final ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // PGDATA, PGPORT and their like are the operator's, for other servers; messages in one language.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }

    private static void end(final Process process) {
        final List<ProcessHandle> started = process.descendants().toList();
        process.destroyForcibly();
        started.forEach(ProcessHandle::destroyForcibly);
        boolean interrupted = Thread.interrupted();
        try {
            process.waitFor(KILL_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (final InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
