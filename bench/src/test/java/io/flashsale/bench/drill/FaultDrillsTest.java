package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.bench.drill.DrillTable.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Small versions of drills, and what their tables say. */
class FaultDrillsTest {
    @TempDir
    private Path directory;

    @Test
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void shouldLoseNothingAnsweredToDamageBeforeTheLastRecord() throws Exception {
        final DrillTable table = new CorruptDrill(directory, 4, 7, 1, System.out).run();
        assertEquals(0, table.count(Result.FAILED), table::toString);
        assertEquals(7, table.count(Result.PASSED), table::toString);
    }

    /** A thread that lost what it was about to publish would hold up all that come after it: no thread goes on. */
    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void shouldEndWhenTheHeapIsExhaustedAndLoseNothing() throws Exception {
        final String seen = new MemoryDrill(directory, System.out).exhaustHeap();
        assertTrue(seen.startsWith("exit code 3; "), seen);
    }

    @Test
    void shouldShowFailedAndSkippedStepsAsSuchAndTryTheOthers() throws Exception {
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        final DrillSteps steps = new DrillSteps(new PrintStream(said, true, StandardCharsets.UTF_8));
        steps.step("skipped one", "nothing", () -> {
            DrillSkippedException.needs(false, "no right");
            return "";
        });
        steps.step("failed one", "nothing", () -> {
            DrillFailedException.require(false, "lost");
            return "";
        });
        steps.step("impossible one", "nothing", () -> {
            throw new IOException("gone");
        });
        steps.step("passed one", "nothing", () -> "seen");
        steps.print();
        assertEquals(1, steps.table().count(Result.SKIPPED));
        assertEquals(2, steps.table().count(Result.FAILED));
        assertEquals(1, steps.table().count(Result.PASSED));
        final String table = steps.table().toString();
        assertTrue(table.contains("skipped one     SKIPPED       nothing  no right"), table);
        assertTrue(said.toString(StandardCharsets.UTF_8).endsWith(table), said::toString);
        final DrillFailedException failed = assertThrows(DrillFailedException.class, steps::requireNoneFailed);
        assertEquals("2 failed: failed one: lost; impossible one: gone", failed.getMessage());
    }
}
