package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
            assertFalse(server.output().contains("left running"), server.output());
        }
        try (Stream<Path> files = Files.walk(directory.resolve("data").resolve("postgres"))) {
            assertEquals(
                    List.of(),
                    files.filter(file -> file.endsWith("postmaster.pid")).toList());
        }
    }
}
