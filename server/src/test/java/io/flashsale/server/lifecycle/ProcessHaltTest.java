package io.flashsale.server.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.server.pipeline.FailStop;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process of its own whose pipeline cannot go on. */
class ProcessHaltTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"FUSED", "PIPELINED"})
    void shouldEndTheProcessAtOnceAndAnswerNothingMore(final String layout) throws Exception {
        final Path output = directory.resolve("output");
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-") || argument.startsWith("-Dchronicle"))
                .forEach(command::add);
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                HaltMain.class.getName(),
                directory.resolve("journal").toString(),
                layout));
        final Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> "it still runs");
        } finally {
            process.destroyForcibly();
        }
        final String said = Files.readString(output);
        assertEquals(FailStop.EXIT_CODE, process.exitValue(), said);
        assertEquals(70, process.exitValue());
        assertTrue(said.contains("answered 1 RESERVED"), said);
        assertTrue(said.contains("HALT while handling the batch"), said);
        assertFalse(said.contains("answered 2"), said);
        assertFalse(said.contains("a shutdown hook ran"), said);
        assertFalse(said.contains("it went on"), said);
    }
}
