package io.flashsale.bench.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.bench.BenchMain;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineBenchTest {
    @TempDir
    private Path directory;

    @Test
    void shouldAccountForAllOfTheTimeOfEveryThread() throws Exception {
        final Histogram gaps = CpuPauses.measure(Duration.ofMillis(300), 2);
        final double sum = gaps.getMean() * gaps.getTotalCount();
        assertEquals(2 * 300, sum / TimeUnit.MILLISECONDS.toNanos(1), 60);
    }

    @Test
    void shouldTimeEachSync() throws Exception {
        final Histogram times = SyncTimes.measure(Duration.ofMillis(300), directory.resolve("raw"));
        final double sum = times.getMean() * times.getTotalCount();
        assertTrue(sum >= TimeUnit.MILLISECONDS.toNanos(270), times.getTotalCount() + " syncs in " + sum);
    }

    @Test
    void shouldPrintBoth() {
        final StringWriter out = new StringWriter();
        final int code = BenchMain.commandLine().setOut(new PrintWriter(out)).execute("machine", "--seconds=1");
        assertEquals(0, code, out.toString());
        assertTrue(
                out.toString().matches("(?s).*pauses of \\d+ idle CPUs: p50.*write and sync: p50.*"), out.toString());
    }
}
