package io.flashsale.bench.machine;

import static io.flashsale.bench.cli.CommandSettings.require;

import io.flashsale.bench.process.RunDirectory;
import io.flashsale.bench.result.BenchResult;
import io.flashsale.bench.result.ResultOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the machine does by itself, on the command line. */
@Command(
        name = "machine",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "The machine without the service: how often threads that only look at the clock stand still, one for each CPU,",
            "and how long a write of 4 KiB and its sync take. What is seen here no latency of the service can be below."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:the disk failed", "2:a setting is wrong"})
public final class MachineBenchCommand implements Callable<Integer> {
    private static final int[] BOUNDS_MILLIS = {1, 5, 20};
    private static final double NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "15",
            description = "For each of the two. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Mixin
    private ResultOptions results;

    /** For picocli. */
    public MachineBenchCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        require(spec, seconds >= 1 && seconds <= 600, "--seconds", "1 to 600");
        final PrintWriter out = spec.commandLine().getOut();
        final Duration time = Duration.ofSeconds(seconds);
        try (RunDirectory scratch = RunDirectory.create("bench-machine-")) {
            final BenchResult result = new BenchResult("machine", scratch.path()).setting("seconds", seconds);
            out.println(result.machineLine());
            final int cpus = Runtime.getRuntime().availableProcessors();
            report("pauses of " + cpus + " idle CPUs", CpuPauses.measure(time, cpus), result, out);
            report("write and sync", SyncTimes.measure(time, scratch.path().resolve("raw")), result, out);
            results.write(result, out);
            return 0;
        } catch (final IOException | IllegalStateException e) {
            spec.commandLine().getErr().println("bench machine: " + e.getMessage());
            return 1;
        }
    }

    private void report(final String what, final Histogram seen, final BenchResult result, final PrintWriter out) {
        final Map<String, Object> values = new LinkedHashMap<>();
        final StringBuilder line = new StringBuilder();
        for (final double percentile : new double[] {50, 99, 99.9}) {
            final double millis = seen.getValueAtPercentile(percentile) / NANOS_PER_MILLI;
            values.put("p" + percentile + "_ms", millis);
            line.append(String.format(Locale.ROOT, "p%s %.3f ms, ", percentile, millis));
        }
        values.put("max_ms", seen.getMaxValue() / NANOS_PER_MILLI);
        line.append(String.format(Locale.ROOT, "max %.1f ms; longer than", seen.getMaxValue() / NANOS_PER_MILLI));
        for (final int bound : BOUNDS_MILLIS) {
            final long longer = seen.getCountBetweenValues(
                    TimeUnit.MILLISECONDS.toNanos(bound), Math.max(seen.getMaxValue(), TimeUnit.HOURS.toNanos(1)));
            values.put("longer_than_" + bound + "_ms", longer);
            line.append(String.format(Locale.ROOT, " %d ms %,d times,", bound, longer));
        }
        values.put("count", seen.getTotalCount());
        line.append(String.format(Locale.ROOT, " of %,d in %d s", seen.getTotalCount(), seconds));
        result.add("machine", what, 1, values);
        out.println(what + ": " + line);
        out.flush();
    }
}
