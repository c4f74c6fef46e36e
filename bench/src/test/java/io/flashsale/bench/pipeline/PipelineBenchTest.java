package io.flashsale.bench.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.bench.BenchMain;
import io.flashsale.bench.result.Json;
import io.flashsale.journal.SyncPolicy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The real pipeline for a moment. */
@Timeout(120)
class PipelineBenchTest {
    @TempDir
    private Path directory;

    @Test
    void shouldAnswerWhatItPublishesAndSell() throws Exception {
        try (PipelineRun run = PipelineRun.open(1_000, directory.resolve("journal"), SyncPolicy.ALWAYS)) {
            final PipelineRun.Figures burst = run.burst(run.ringSize());
            assertEquals(run.ringSize(), burst.commands());
            // All of them may have been published before the first code was known.
            assertTrue(burst.accepted() >= 1_000, "fewer than a sale's reservations: " + burst);
            assertTrue(burst.bytes() >= 32 * burst.commands(), "journaled less than the commands: " + burst);
            final PipelineRun.Figures sustained = run.sustained(Duration.ofMillis(200));
            assertTrue(sustained.nanos() >= 200_000_000, sustained.toString());
            // Whether anything of a sale that is all held is sold again within the time is chance.
            assertTrue(sustained.batches() > 0, sustained.toString());
        }
    }

    @Test
    void shouldFillTheRawLogWithinTheTime() throws Exception {
        final Path file = directory.resolve("raw");
        try (RawLog raw = RawLog.open(file, true)) {
            raw.burst(3_000_000, 2);
        }
        assertEquals(8 * 1_024 * 1_024, Files.size(file));
    }

    @Test
    void shouldPutBothSideBySideAndWriteTheRounds() throws Exception {
        final Path json = directory.resolve("pipeline.json");
        final StringWriter out = new StringWriter();
        final int code = BenchMain.commandLine()
                .setOut(new PrintWriter(out))
                .execute("pipeline", "--seconds=1", "--rounds=1", "--warmup=0", "--sync=NEVER", "--json=" + json);
        assertEquals(0, code, out.toString());
        assertTrue(out.toString().matches("(?s).*\nsustained, .*ratio .*\nBURST .*ratio .*"), out.toString());
        final Map<?, ?> result = (Map<?, ?>) Json.parse(Files.readString(json));
        assertEquals(4, ((List<?>) result.get("rounds")).size());
    }
}
