package io.flashsale.bench.drill;

import io.flashsale.bench.process.ScratchDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Lets processes that live for a second or two start in a third of the time: they compile less, and share their classes if
 * the JVM can archive them, which it cannot from a directory of class files.
 */
final class QuickStart {
    private static final String COMPILE_LESS = "-XX:TieredStopAtLevel=1";
    /** A file for the archive of a build's tests, whose processes all start so; a drill's own do not. */
    private static final String EVERY_PROCESS = "flashsale.quick.start";

    private static List<String> everyProcess;

    private final Path directory;
    private final Map<String, String> settings;

    /** For processes with these settings that are started while the directory exists. */
    QuickStart(final Path directory, final Map<String, String> settings) {
        this.directory = directory;
        this.settings = settings;
    }

    /** Flags of every process of this JVM, for any thread. The first call makes the archive if there is to be one. */
    static synchronized List<String> ofEveryProcess() throws IOException {
        if (everyProcess == null) {
            everyProcess = List.of();
            final String file = System.getProperty(EVERY_PROCESS);
            if (file != null) {
                final Path archive = Path.of(file).toAbsolutePath();
                final Path scratch =
                        Files.createTempDirectory(Files.createDirectories(archive.getParent()), "quick-start-");
                everyProcess = flags(archive, scratch, Map.of("DB_HOST", "none"));
            }
        }
        return everyProcess;
    }

    /** Makes the archive by a process that starts and stops, unless every process starts quickly. */
    ServerProcess.Manner manner() throws IOException {
        if (!ofEveryProcess().isEmpty()) {
            return ServerProcess.Manner.PLAIN;
        }
        final Path scratch = Files.createDirectory(directory.resolve("quick-start"));
        return ServerProcess.Manner.withFlags(
                flags(directory.resolve("classes.jsa"), scratch, settings).toArray(String[]::new));
    }

    private static List<String> flags(final Path archive, final Path scratch, final Map<String, String> settings)
            throws IOException {
        // One of an earlier build is of other classes.
        Files.deleteIfExists(archive);
        final ServerProcess.Manner archiving =
                ServerProcess.Manner.withFlags(COMPILE_LESS, "-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds=off");
        try (ServerProcess server = ServerProcess.serve(scratch, settings, archiving)) {
            server.awaitReady(DrilledService.PATIENCE);
            server.terminate(DrilledService.PATIENCE);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the classes were archived", e);
        }
        ScratchDirectory.delete(scratch);
        return Files.exists(archive)
                ? List.of(COMPILE_LESS, "-XX:SharedArchiveFile=" + archive)
                : List.of(COMPILE_LESS);
    }
}
