package io.flashsale.bench.http;

import static io.flashsale.bench.cli.CommandSettings.launcher;
import static io.flashsale.bench.cli.CommandSettings.require;

import io.flashsale.bench.process.RunDirectory;
import io.flashsale.bench.result.ResultOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code flash-sale bench growth}: what a request costs as items, users and the journal become more. */
@Command(
        name = "growth",
        mixinStandardHelpOptions = true,
        description = {
            "What a request costs with 10,000 and 1,000,000 items, with 10, 1,000,000 and 10,000,000 users, and as the",
            "journal grows: each in turn, as a ratio to the ordinary sale. Uses wrk if it is installed."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:compared", "1:a service, the client or an answer failed", "2:a setting is wrong"})
public final class GrowthBenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--connections", paramLabel = "N", defaultValue = "256", description = "Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Mixin
    private ResultOptions results;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "4",
            description = "Of each turn. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "6",
            description = "Of each case, before the rounds. Default: ${DEFAULT-VALUE}.")
    private int warmup;

    @Option(names = "--own-client", description = "Use the own load generator even if wrk is installed.")
    private boolean ownClient;

    @Option(
            names = "--set",
            description = "Setting of both services: --set APP_SYNC=never. DB_HOST is none unless set.")
    private Map<String, String> settings = Map.of();

    /** For picocli. */
    public GrowthBenchCommand() {}

    @Override
    public Integer call() throws InterruptedException, IOException {
        require(spec, connections >= 1 && connections <= 16_384, "--connections", "1 to 16384");
        require(spec, rounds >= 1 && rounds <= 100, "--rounds", "1 to 100");
        require(spec, seconds >= 1 && seconds <= 600, "--seconds", "1 to 600");
        require(spec, warmup >= 1 && warmup <= 600, "--warmup", "1 to 600");
        final List<String> launcher = launcher(spec);
        try (RunDirectory scratch = RunDirectory.create("bench-growth-")) {
            final Path directory = scratch.path();
            final HttpClientRun client = HttpClientRun.choose(ownClient, directory);
            results.write(
                    new GrowthComparison(launcher, directory, settings, client, System.out)
                            .run(connections, rounds, Duration.ofSeconds(warmup), Duration.ofSeconds(seconds)),
                    spec.commandLine().getOut());
            return 0;
        } catch (final IOException e) {
            spec.commandLine().getErr().println("bench growth: " + e.getMessage());
            return 1;
        }
    }
}
