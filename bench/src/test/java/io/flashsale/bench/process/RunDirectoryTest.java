package io.flashsale.bench.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run that ends, or is told to, leaves neither files nor processes. */
class RunDirectoryTest {
    @TempDir
    Path directory;

    /** A run that waits to be told to stop. */
    static final class Run {
        private Run() {}

        public static void main(final String[] arguments) throws IOException, InterruptedException {
            final RunDirectory run = RunDirectory.create("run-");
            run.atEnd(() ->
                    System.out.println("stopped in " + Files.exists(run.path().resolve("data"))));
            Files.createDirectories(run.path().resolve("data/deeper"));
            Files.writeString(run.path().resolve("data/deeper/file"), "something");
            final Process child = new ProcessBuilder("sleep", "300").start();
            System.out.println(run.path());
            System.out.println(child.pid());
            child.waitFor();
            Thread.sleep(300_000);
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldLeaveNothingWhenToldToStop() throws Exception {
        final Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Run.class.getName())
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            final Path run = Path.of(out.readLine());
            final Optional<ProcessHandle> child = ProcessHandle.of(Long.parseLong(out.readLine()));
            assertTrue(Files.exists(run.resolve("data/deeper/file")));
            assertTrue(child.isPresent() && child.get().isAlive());
            process.toHandle().destroy();
            assertEquals("stopped in true", out.readLine(), "stops come before the deletion");
            process.waitFor();
            assertFalse(child.get().isAlive(), "the child runs on");
            assertFalse(Files.exists(run), "files are left");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void shouldLeaveNothingWhenClosed() throws Exception {
        final List<String> stopped = new ArrayList<>();
        final Path path;
        try (RunDirectory run = RunDirectory.create("run-")) {
            path = run.path();
            run.atEnd(() -> stopped.add("first"));
            run.atEnd(() -> stopped.add("second"));
            run.atEnd(() -> {
                throw new IllegalStateException("as a server that hangs");
            });
        }
        assertEquals(List.of("second", "first"), stopped);
        assertFalse(Files.exists(path));
    }
}
