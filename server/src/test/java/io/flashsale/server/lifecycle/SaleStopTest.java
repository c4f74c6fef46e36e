package io.flashsale.server.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.server.pipeline.FailStop;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stop that hangs ends all the same. */
class SaleStopTest {
    @TempDir
    private Path directory;

    @Test
    void shouldHaltWhenTheStopTakesLongerThanItMay() throws Exception {
        final ChildProcess.Result result = ChildProcess.run(directory, HangingStopMain.class, "100");
        assertEquals(FailStop.EXIT_CODE, result.exitCode(), result.output());
        assertTrue(result.output().contains("took too long while ending the journal"), result.output());
        assertFalse(result.output().contains("it did not hang"), result.output());
        assertTrue(result.took().compareTo(SaleStop.BEYOND_DRAIN.plusMillis(100)) >= 0, result.took()::toString);
        assertTrue(result.took().compareTo(Duration.ofSeconds(30)) < 0, result.took()::toString);
    }
}
