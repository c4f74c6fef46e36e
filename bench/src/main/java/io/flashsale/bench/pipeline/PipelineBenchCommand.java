package io.flashsale.bench.pipeline;

import static io.flashsale.bench.cli.CommandSettings.require;

import io.flashsale.bench.process.RunDirectory;
import io.flashsale.bench.result.BenchResult;
import io.flashsale.bench.result.ResultOptions;
import io.flashsale.journal.SyncPolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The pipeline without HTTP on the command line. */
@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Ring, journal, engine and answers in this process, without HTTP, in turn with a loop that writes and forces",
            "records of the same size and fills its file ahead within the time. 'sustained' is what counts: the ring is",
            "kept full. 'burst' is one ring full of commands at once into an idle pipeline: how long until all are answered."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:measured", "1:a command was not answered, or the disk failed", "2:a setting is wrong"})
public final class PipelineBenchCommand implements Callable<Integer> {
    private static final String SUSTAINED = "sustained";
    private static final String BURST = "burst";
    private static final String PIPELINE = "pipeline";
    private static final String RAW = "write and force";
    private static final String RATE = "commands_per_second";
    /** Bursts of a round, of which the mean is taken. */
    private static final int BURSTS = 20;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "60",
            description = "Of sustained load on each, all rounds together. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "6", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "5",
            description = "Of the pipeline, before. Default: ${DEFAULT-VALUE}.")
    private int warmup;

    @Option(names = "--items", paramLabel = "N", defaultValue = "10000", description = "Default: ${DEFAULT-VALUE}.")
    private int items;

    @Option(
            names = "--sync",
            paramLabel = "POLICY",
            defaultValue = "ALWAYS",
            description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
    private SyncPolicy sync;

    @Mixin
    private ResultOptions results;

    /** For picocli. */
    public PipelineBenchCommand() {}

    @Override
    public Integer call() throws IOException {
        require(spec, rounds >= 1 && rounds <= 100, "--rounds", "1 to 100");
        require(spec, seconds >= rounds && seconds <= 3_600, "--seconds", "--rounds to 3600");
        require(spec, warmup >= 0 && warmup <= 600, "--warmup", "0 to 600");
        require(spec, items >= 1 && items <= 1_000_000, "--items", "1 to 1000000");
        final PrintWriter out = spec.commandLine().getOut();
        try (RunDirectory scratch = RunDirectory.create("bench-pipeline-");
                PipelineRun run = PipelineRun.open(items, scratch.path().resolve("journal"), sync);
                RawLog raw = RawLog.open(scratch.path().resolve("raw"), sync == SyncPolicy.ALWAYS)) {
            final BenchResult result = new BenchResult("pipeline", scratch.path())
                    .setting("seconds", seconds)
                    .setting("rounds", rounds)
                    .setting("items", items)
                    .setting("sync", sync);
            out.println(result.machineLine());
            if (warmup > 0) {
                run.sustained(Duration.ofSeconds(warmup));
            }
            for (int round = 1; round <= rounds; round++) {
                sustained(run, raw, round, result, out);
                burst(run, raw, round, result, out);
            }
            report(SUSTAINED, result, out);
            report(BURST, result, out);
            results.write(result, out);
            return 0;
        } catch (final IOException | IllegalStateException e) {
            spec.commandLine().getErr().println("bench pipeline: " + e.getMessage());
            return 1;
        }
    }

    private void sustained(
            final PipelineRun run, final RawLog raw, final int round, final BenchResult result, final PrintWriter out)
            throws IOException {
        final Duration turn = Duration.ofMillis(seconds * 1_000L / rounds);
        final PipelineRun.Figures seen = run.sustained(turn);
        result.add(SUSTAINED, PIPELINE, round, values(seen));
        final double commandsPerRecord = seen.commands() / (double) seen.batches();
        final double records = raw.sustained(recordBytes(seen), turn);
        result.add(SUSTAINED, RAW, round, Map.of(RATE, records * commandsPerRecord, "records_per_second", records));
        out.printf(
                Locale.ROOT,
                "round %d: sustained: pipeline %,.0f commands/s (%.0f a record), raw %,.0f%n",
                round,
                seen.perSecond(),
                commandsPerRecord,
                records * commandsPerRecord);
        out.flush();
    }

    /** The mean of some bursts, each into an idle pipeline. */
    private static void burst(
            final PipelineRun run, final RawLog raw, final int round, final BenchResult result, final PrintWriter out)
            throws IOException {
        PipelineRun.Figures sum = new PipelineRun.Figures(0, 0, 0, 0, 0);
        for (int i = 0; i < BURSTS; i++) {
            final PipelineRun.Figures seen = run.burst(run.ringSize());
            sum = new PipelineRun.Figures(
                    sum.commands() + seen.commands(),
                    sum.batches() + seen.batches(),
                    sum.bytes() + seen.bytes(),
                    sum.nanos() + seen.nanos(),
                    sum.accepted() + seen.accepted());
        }
        result.add(BURST, PIPELINE, round, values(sum));
        final long nanos = raw.burst(recordBytes(sum), sum.batches());
        result.add(
                BURST,
                RAW,
                round,
                Map.of(RATE, sum.commands() * 1e9 / nanos, "records_per_second", sum.batches() * 1e9 / nanos));
        out.printf(
                Locale.ROOT,
                "round %d: burst: %,d commands in %.1f ms each%n",
                round,
                sum.commands() / BURSTS,
                sum.nanos() / 1e6 / BURSTS);
        out.flush();
    }

    private static int recordBytes(final PipelineRun.Figures seen) {
        return (int) (seen.bytes() / seen.batches());
    }

    private static Map<String, Object> values(final PipelineRun.Figures seen) {
        return Map.of(
                RATE,
                seen.perSecond(),
                "records_per_second",
                seen.batches() * 1e9 / seen.nanos(),
                "commands_per_record",
                seen.commands() / (double) seen.batches(),
                "bytes_per_record",
                seen.bytes() / (double) seen.batches(),
                "accepted_share",
                seen.accepted() / (double) seen.commands());
    }

    private void report(final String group, final BenchResult result, final PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%n%s, commands/s, median of %d rounds (least to most)%n%-16s %s%n%-16s %s%n%-16s %s%n",
                group.equals(BURST) ? "BURST (a ring full at once, then idle: no rate to plan with)" : group,
                rounds,
                PIPELINE,
                result.spread(group, PIPELINE, RATE).text(0),
                RAW,
                result.spread(group, RAW, RATE).text(0),
                "ratio",
                result.ratio(group, PIPELINE, RAW, RATE).text(2));
    }
}
