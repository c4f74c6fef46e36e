package io.flashsale.bench.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that makes directories, and is killed. */
class ScratchDirectoryTest {
    @TempDir
    private Path parent;

    /** Makes a directory of each given prefix and waits to be killed. */
    static final class Owner {
        private Owner() {}

        public static void main(final String[] args) throws Exception {
            for (int i = 1; i < args.length; i++) {
                Files.writeString(
                        ScratchDirectory.create(Path.of(args[0]), args[i]).resolve("data"), "of a run");
            }
            System.out.println("made");
            System.in.read();
        }
    }

    private List<String> prefixes() throws IOException {
        try (Stream<Path> children = Files.list(parent)) {
            return children.map(child -> child.getFileName().toString().replaceAll("[0-9]+$", ""))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldRemoveWhatAKilledBenchmarkLeftAndNothingThatIsInUseOrADrills() throws Exception {
        final List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Owner.class.getName(),
                parent.toString(),
                "bench-other-",
                "drill-");
        final Process owner = Launch.builder(parent, Map.of(), command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            final BufferedReader lines = owner.inputReader(StandardCharsets.UTF_8);
            assertEquals("made", lines.readLine());
            final Path own = ScratchDirectory.create(parent, "bench-own-");
            final Path second = ScratchDirectory.create(parent, "bench-own-");
            assertEquals(List.of("bench-other-", "bench-own-", "bench-own-", "drill-"), prefixes());
            ScratchDirectory.delete(second);

            // kill -9
            owner.destroyForcibly().waitFor();
            final Path third = ScratchDirectory.create(parent, "bench-own-");
            assertTrue(Files.isDirectory(own));
            assertEquals(List.of("bench-own-", "bench-own-", "drill-"), prefixes());
            ScratchDirectory.delete(third);
            ScratchDirectory.delete(own);
            assertFalse(Files.exists(own));
        } finally {
            owner.destroyForcibly().waitFor();
        }
    }
}
