package io.flashsale.bench.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * PostgreSQL's programs, unpacked once for all drills of a test JVM: that is most of a first start. What is tested about the
 * unpacking itself goes without.
 */
final class SharedPrograms {
    private static final Path PROGRAMS = Path.of(
                    System.getProperty("flashsale.postgres.programs", "target/postgres-programs/1"))
            .toAbsolutePath();

    private SharedPrograms() {}

    /** Has the PostgreSQL of a directory, which does not exist yet, use them; the first one unpacks them. */
    static void useIn(final Path postgres) throws IOException {
        Files.createDirectories(postgres);
        Files.createSymbolicLink(postgres.resolve("binaries"), directory());
    }

    /** Where they are, or will be. */
    static Path directory() throws IOException {
        return Files.createDirectories(PROGRAMS);
    }
}
