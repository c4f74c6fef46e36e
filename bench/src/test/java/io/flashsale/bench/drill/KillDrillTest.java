package io.flashsale.bench.drill;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Reproduce a failure with {@code -Dflashsale.seed=}, as printed in this test's output file. */
class KillDrillTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void shareThePrograms() throws Exception {
        SharedPrograms.useIn(directory.resolve("data/postgres"));
    }

    private final long seed = Long.getLong("flashsale.seed", System.nanoTime());

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void shouldKeepEveryAnswerThroughKillMinusNine() throws Exception {
        new KillDrill(directory, Map.of(), seed, System.out).run(5);
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void shouldKeepEveryAnswerOfTheWeakestPolicyTooBecauseThePageCacheSurvives() throws Exception {
        new KillDrill(directory, Map.of("APP_SYNC", "never", "APP_PIPELINE", "pipelined"), seed, System.out).run(2);
    }
}
