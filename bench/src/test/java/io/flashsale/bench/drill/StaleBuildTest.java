package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ./flash-sale} in a tree of its own, with a build that only notes that it ran. */
class StaleBuildTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");
    private static final int SECONDS = 60;

    @TempDir
    private Path tree;

    private Process process;

    @BeforeEach
    void copyScript() throws IOException {
        Files.copy(ROOT.resolve("flash-sale"), tree.resolve("flash-sale"));
        final Path build = tree.resolve("mvnw");
        Files.writeString(build, "#!/bin/sh\necho ran > build-ran\n");
        assertTrue(build.toFile().setExecutable(true));
        for (final String module : new String[] {"server", "bench"}) {
            write(module + "/target/built", BUILT);
        }
    }

    @AfterEach
    void stop() {
        if (process != null) {
            process.destroyForcibly();
        }
    }

    private void write(final String file, final Instant changed) throws IOException {
        final Path path = tree.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "");
        Files.setLastModifiedTime(path, FileTime.from(changed));
    }

    @ParameterizedTest
    @CsvSource({
        "serve, engine/src/main/java/A.java, true",
        "serve, server/pom.xml, true",
        "serve, engine/src/test/java/A.java, false",
        "drill, server/src/main/resources/a.txt, true",
        "drill, engine/src/test/java/A.java, true",
        "drill, journal/src/test/java/A.java, true",
        "drill, server/src/test/java/A.java, false",
        "drill, journal/target/A.java, false"
    })
    void shouldBuildWhereSomethingIsNewerThatTheCommandUses(
            final String command, final String source, final boolean builds) throws Exception {
        write(source, BUILT.plusSeconds(1));
        run(command);
        assertEquals(builds, Files.exists(tree.resolve("build-ran")));
    }

    @Test
    void shouldNotBuildWhereNothingIsNewer() throws Exception {
        write("engine/src/main/java/A.java", BUILT.minusSeconds(1));
        write("journal/src/test/java/A.java", BUILT.minusSeconds(1));
        run("drill");
        assertEquals(false, Files.exists(tree.resolve("build-ran")));
    }

    /** There is nothing to start here: it ends by saying so. */
    private void run(final String command) throws IOException, InterruptedException {
        process = new ProcessBuilder(tree.resolve("flash-sale").toString(), command)
                .directory(tree.toFile())
                .redirectErrorStream(true)
                .redirectOutput(tree.resolve("out").toFile())
                .start();
        assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "still running");
        final String out = Files.readString(tree.resolve("out"));
        assertEquals(1, process.exitValue(), out);
        assertTrue(out.contains(command + " is not installed here"), out);
    }
}
