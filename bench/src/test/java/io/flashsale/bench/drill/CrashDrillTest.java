package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.flashsale.bench.drill.DrillTable.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reproduce a failure with {@code -Dflashsale.seed=}, as printed in this test's output file. */
class CrashDrillTest {
    @TempDir
    private Path directory;

    private final long seed = Long.getLong("flashsale.seed", System.nanoTime());

    @BeforeEach
    void shareThePrograms() throws Exception {
        SharedPrograms.useIn(directory.resolve("elsewhere"));
    }

    @Test
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void shouldKeepEveryAnswerThroughKillMinusNine() throws Exception {
        final DrillTable table = new CrashDrill(directory, Map.of(), seed, System.out).run(6, Duration.ofMinutes(4));
        assertEquals(0, table.count(Result.FAILED), table::toString);
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void shouldKeepEveryAnswerOfTheWeakestPolicyTooBecauseThePageCacheSurvives() throws Exception {
        final Map<String, String> weakest = Map.of("APP_SYNC", "never", "APP_PIPELINE", "pipelined");
        final DrillTable table = new CrashDrill(directory, weakest, seed, System.out).run(3, Duration.ofMinutes(3));
        assertEquals(0, table.count(Result.FAILED), table::toString);
    }
}
