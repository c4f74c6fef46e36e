package io.flashsale.bench.drill;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FullSaleDrillTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void shareThePrograms() throws Exception {
        SharedPrograms.useIn(directory.resolve("data/postgres"));
    }

    /** A million attempts are {@code ./flash-sale drill sale}. */
    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void shouldSellEachItemExactlyOnce() throws Exception {
        new FullSaleDrill(directory, System.out).run(300_000, 64);
    }
}
