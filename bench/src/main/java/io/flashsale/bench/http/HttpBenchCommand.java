package io.flashsale.bench.http;

import static io.flashsale.bench.cli.CommandSettings.launcher;
import static io.flashsale.bench.cli.CommandSettings.require;

import io.flashsale.bench.process.RunDirectory;
import io.flashsale.bench.result.BenchResult;
import io.flashsale.bench.result.ResultOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The comparison on the command line. */
@Command(
        name = "http",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the service and a bare Netty server in turn under the same load, and prints the ratio.",
            "Fails instead of reporting when answers were errors. Uses wrk if it is installed, and the own load generator otherwise."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:compared", "1:a server, the client or an answer failed", "2:a setting is wrong"})
public final class HttpBenchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--connections",
            split = ",",
            paramLabel = "N",
            defaultValue = "64,512",
            description = "Numbers of connections, one after the other. Default: ${DEFAULT-VALUE}.")
    private List<Integer> connections;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "1",
            description = "Requests in flight on each connection, at most 64. Default: ${DEFAULT-VALUE}.")
    private int depth;

    @Option(
            names = "--pipeline",
            paramLabel = "N",
            defaultValue = "0",
            description = "Also with N requests in flight on each connection, after the others; at most 64.")
    private int pipeline;

    @Option(names = "--nginx", description = "nginx, which must be installed, takes part: one process in C.")
    private boolean nginx;

    @Option(
            names = "--projector",
            description = "The service projects into its embedded PostgreSQL; each round shows the lag at its end, and "
                    + "how long it took to go.")
    private boolean projector;

    @Mixin
    private ResultOptions results;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "5", description = "Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "5",
            description = "Of each turn. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "10",
            description = "Of each server, before the rounds. Default: ${DEFAULT-VALUE}.")
    private int warmup;

    @Option(
            names = "--event-loops",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of each server. Default: ${DEFAULT-VALUE}.")
    private int eventLoops;

    @Option(names = "--own-client", description = "Use the own load generator even if wrk is installed.")
    private boolean ownClient;

    @Option(names = "--set", description = "Setting of the service: --set APP_SYNC=never. DB_HOST is none unless set.")
    private Map<String, String> settings = Map.of();

    /** For picocli. */
    public HttpBenchCommand() {}

    @Override
    public Integer call() throws InterruptedException, IOException {
        require(spec, connections.stream().allMatch(n -> n >= 1 && n <= 16_384), "--connections", "1 to 16384");
        require(spec, pipeline >= 0 && pipeline <= 64, "--pipeline", "1 to 64");
        require(spec, depth >= 1 && depth <= 64, "--depth", "1 to 64");
        require(spec, rounds >= 1 && rounds <= 100, "--rounds", "1 to 100");
        require(spec, seconds >= 1 && seconds <= 600, "--seconds", "1 to 600");
        require(spec, warmup >= 1 && warmup <= 600, "--warmup", "1 to 600");
        require(spec, eventLoops >= 1 && eventLoops <= 64, "--event-loops", "1 to 64");
        require(spec, !nginx || NginxServer.isInstalled(), "--nginx", "where nginx is installed and on the PATH");
        require(spec, !projector || !settings.containsKey("DB_HOST"), "--projector", "without --set DB_HOST");
        final List<String> launcher = launcher(spec);
        try (RunDirectory scratch = RunDirectory.create("bench-http-")) {
            final Path directory = scratch.path();
            OpenFiles.requireRoomFor(Collections.max(connections));
            final HttpClientRun client = HttpClientRun.choose(ownClient, directory);
            final BenchResult result = new HttpComparison(launcher, launcher, directory, settings, client, System.out)
                    .run(
                            loads(),
                            new HttpComparison.Plan(
                                    rounds,
                                    Duration.ofSeconds(warmup),
                                    Duration.ofSeconds(seconds),
                                    eventLoops,
                                    nginx,
                                    projector));
            results.write(result, spec.commandLine().getOut());
            return 0;
        } catch (final IOException e) {
            spec.commandLine().getErr().println("bench http: " + e.getMessage());
            return 1;
        }
    }

    private List<Load> loads() {
        final List<Load> loads = new ArrayList<>();
        connections.forEach(number -> loads.add(Load.of(number, depth)));
        if (pipeline > 0) {
            connections.forEach(number -> loads.add(Load.of(number, pipeline)));
        }
        return loads;
    }
}
