package io.flashsale.bench.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The load generator on the command line. Exit code 0: all answers were expected; 1: not so; 2: a setting is wrong.
 */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Checks out random items and buys with the codes it gets.",
            "Without --rate, each connection sends as soon as it is answered, and latency counts from the actual send.",
            "With --rate, requests have planned times, and latency counts from those."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every answer was expected",
            "1:an unexpected status, a connection error or a request without an answer",
            "2:a setting is wrong"
        })
public final class LoadCommand implements Callable<Integer> {
    private static final long DEFAULT_SECONDS = 10;
    private static final long MAX_SECONDS = 366L * 24 * 3600;
    private static final int MAX_PORT = 65_535;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "Server. Default: ${DEFAULT-VALUE}.")
    private String host;

    @Option(
            names = {"--port", "--app-port"},
            paramLabel = "PORT",
            defaultValue = "${env:APP_PORT:-${env:PORT:-8080}}",
            description = "Its port. Default: APP_PORT, PORT or 8080.")
    private int port;

    @Option(names = "--allow-remote", description = "Accept a host that is not this machine.")
    private boolean allowRemote;

    @Option(names = "--connections", paramLabel = "N", defaultValue = "64", description = "Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "1",
            description = "Most unanswered requests of a connection (pipelining). Default: ${DEFAULT-VALUE}.")
    private int depth;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "Selector threads. Default: ${DEFAULT-VALUE}.")
    private int threads;

    @Option(
            names = "--users",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Users are drawn from 1 to N. Default: ${DEFAULT-VALUE}.")
    private long users;

    @Option(
            names = "--items",
            paramLabel = "N",
            defaultValue = "${env:APP_ITEM_NUMBER:-10000}",
            description = "Items are drawn from 0 to N-1. Default: APP_ITEM_NUMBER or 10000.")
    private int items;

    @Option(
            names = "--purchase-share",
            paramLabel = "P",
            defaultValue = "1.0",
            description = "Share of the received codes that are bought, 0 to 1. Default: ${DEFAULT-VALUE}.")
    private double purchaseShare;

    @Option(names = "--attempts", paramLabel = "N", description = "Stop after N checkouts.")
    private Long attempts;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Stop after S seconds. Default: 10, if --attempts is not given either.")
    private Double seconds;

    @Option(names = "--rate", paramLabel = "R", description = "Requests per second, purchases included (open loop).")
    private Double rate;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            description = "Of every random choice; printed with the report. Default: from the clock.")
    private Long seed;

    @Option(names = "--reconnect", description = "Open connections again when they end.")
    private boolean reconnect;

    @Option(
            names = "--expect",
            paramLabel = "STATUS",
            split = ",",
            defaultValue = "200,409",
            description = "Statuses that are no reason for exit code 1. Default: ${DEFAULT-VALUE}.")
    private Set<Integer> expected = new TreeSet<>();

    @Option(
            names = "--allow-connection-errors",
            description = "Connection errors and requests without an answer are no reason for exit code 1 either.")
    private boolean allowConnectionErrors;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "0",
            description =
                    "Run the same load for S seconds before, unreported, so that compilers are warm; it takes items, too. Default: 0.")
    private double warmupSeconds;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean json;

    /** The command with its defaults, to be filled by picocli. */
    public LoadCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        final long chosenSeed = seed == null ? System.nanoTime() : seed;
        final double defaultSeconds = attempts != null ? 0 : DEFAULT_SECONDS;
        final LoadConfig config =
                config(attempts == null ? 0 : attempts, seconds != null ? seconds : defaultSeconds, chosenSeed);
        if (warmupSeconds > 0) {
            new LoadGenerator(config(0, warmupSeconds, chosenSeed + 1)).run();
        }
        final LoadReport report = new LoadGenerator(config).run();
        final PrintWriter out = spec.commandLine().getOut();
        out.print(json ? report.toJson() + '\n' : report.toText());
        out.flush();
        return exitCode(report);
    }

    private LoadConfig config(final long chosenAttempts, final double chosenSeconds, final long chosenSeed) {
        requireSetting(port >= 1 && port <= MAX_PORT, "port", port, "1 to " + MAX_PORT);
        requireSetting(attempts == null || attempts > 0, "attempts", attempts, "1 or more");
        requireSetting(seconds == null || (seconds > 0 && seconds <= MAX_SECONDS), "seconds", seconds, "more than 0");
        requireSetting(rate == null || rate > 0, "rate", rate, "more than 0; leave it out for the closed loop");
        requireSetting(warmupSeconds >= 0 && warmupSeconds <= MAX_SECONDS, "warmup", warmupSeconds, "0 or more");
        try {
            return LoadConfig.to(new InetSocketAddress(host, port))
                    .allowRemote(allowRemote)
                    .connections(connections)
                    .depth(depth)
                    .threads(threads)
                    .users(users)
                    .items(items)
                    .purchaseShare(purchaseShare)
                    .attempts(chosenAttempts)
                    .duration(Duration.ofNanos((long) (chosenSeconds * 1e9)))
                    .rate(rate == null ? 0 : rate)
                    .seed(chosenSeed)
                    .reconnect(reconnect)
                    .build();
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage() + hint(), e);
        }
    }

    /** Only this setting's remedy is not obvious from what is allowed. */
    private String hint() {
        final InetSocketAddress target = new InetSocketAddress(host, port);
        final boolean refused = !target.isUnresolved() && !target.getAddress().isLoopbackAddress() && !allowRemote;
        return refused ? " (--allow-remote)" : "";
    }

    private int exitCode(final LoadReport report) {
        final LoadCounts counts = report.counts();
        final boolean broken = counts.connectionErrors() > 0
                || counts.checkoutsUnanswered() > 0
                || counts.purchasesUnanswered() > 0
                || counts.codesNotBought() > 0;
        return report.unexpectedAnswers(expected) > 0 || (broken && !allowConnectionErrors) ? 1 : 0;
    }

    private void requireSetting(final boolean ok, final String name, final Object value, final String allowed) {
        if (!ok) {
            throw new ParameterException(spec.commandLine(), name + " is " + value + "; allowed: " + allowed);
        }
    }
}
