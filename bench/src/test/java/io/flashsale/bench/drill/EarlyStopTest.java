package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop while PostgreSQL is still being made: it ends in order, and leaves no server behind. */
class EarlyStopTest {
    @TempDir
    private Path directory;

    @Test
    void shouldLeaveNoPostgresBehind() throws Exception {
        final Map<String, String> hasty = Map.of("APP_DRAIN_SECONDS", "0");
        try (ServerProcess server = ServerProcess.serve(directory, hasty).awaitReady(Duration.ofSeconds(30))) {
            assertEquals(0, server.terminate(Duration.ofSeconds(60)));
        }
        try (Stream<Path> files = Files.walk(directory.resolve("data").resolve("postgres"))) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.endsWith("postmaster.pid")).toList());
        }
    }

    /** Who opens a pipe that nobody writes to hangs, as on a disk that does not answer, and no interrupt helps. */
    @Test
    void shouldNotSpeakOfAServerThatDoesNotRun() throws Exception {
        final Path postgres = Files.createDirectories(directory.resolve("data/postgres"));
        assertEquals(
                0,
                new ProcessBuilder("mkfifo", postgres.resolve("current").toString())
                        .start()
                        .waitFor());
        try (ServerProcess server =
                ServerProcess.serve(directory, Map.of("APP_DRAIN_SECONDS", "0")).awaitReady(Duration.ofSeconds(30))) {
            final long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            // Made right before the pipe is opened.
            while (!Files.exists(postgres.resolve("users"))) {
                assertTrue(System.nanoTime() - deadline < 0, "PostgreSQL's start did not begin");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
            assertEquals(0, server.terminate(Duration.ofSeconds(60)));
            assertTrue(server.output().contains("PostgreSQL was still being set up"), server.output());
            assertFalse(server.output().contains("left running"), server.output());
        }
    }
}
