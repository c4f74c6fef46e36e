package io.flashsale.server.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.server.pipeline.FailStop;
import java.nio.file.Path;
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
        final ChildProcess.Result result = ChildProcess.run(
                directory, HaltMain.class, directory.resolve("journal").toString(), layout);
        final String said = result.output();
        assertEquals(70, FailStop.EXIT_CODE);
        assertEquals(FailStop.EXIT_CODE, result.exitCode(), said);
        assertTrue(said.contains("answered 1 RESERVED"), said);
        assertTrue(said.contains("HALT while handling the batch"), said);
        assertFalse(said.contains("answered 2"), said);
        assertFalse(said.contains("a shutdown hook ran"), said);
        assertFalse(said.contains("it went on"), said);
    }
}
