package io.flashsale.bench.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Lets processes that live for a second or two start in half the time: they compile less, and share their classes if the JVM
 * can archive them, which it cannot from a directory of class files.
 */
final class QuickStart {
    private static final String COMPILE_LESS = "-XX:TieredStopAtLevel=1";

    private final Path directory;

    /** For processes that are started while the directory exists. */
    QuickStart(final Path directory) {
        this.directory = directory;
    }

    /** Makes the archive by a process that starts and stops. */
    ServerProcess.Manner manner() throws IOException, InterruptedException {
        final Path archive = directory.resolve("classes.jsa");
        final ServerProcess.Manner archiving =
                ServerProcess.Manner.withFlags(COMPILE_LESS, "-XX:ArchiveClassesAtExit=" + archive, "-Xlog:cds=off");
        final Path scratch = Files.createDirectory(directory.resolve("quick-start"));
        try (ServerProcess server = ServerProcess.serve(scratch, Map.of("DB_HOST", "none"), archiving)) {
            server.awaitReady(DrilledService.PATIENCE);
            server.terminate(DrilledService.PATIENCE);
        }
        return Files.exists(archive)
                ? ServerProcess.Manner.withFlags(COMPILE_LESS, "-XX:SharedArchiveFile=" + archive)
                : ServerProcess.Manner.withFlags(COMPILE_LESS);
    }
}
