package io.flashsale.bench.load;

import io.flashsale.bench.history.HistoryRecorder;
import io.flashsale.bench.history.HistorySetup;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The load generator on the command line; its exit codes are in its help. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Checks out random items, and buys with or releases the codes it gets.",
            "Without --rate, each connection sends as soon as it is answered, and latency counts from the actual send.",
            "With --rate, requests have planned times, and latency counts from those."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every answer was expected",
            "1:an unexpected status, a connection error or a request without an answer; or no answer at all",
            "2:a setting is wrong, or a file cannot be written; nothing was sent",
            "3:what answers there is not the service, or nothing does; nothing was sent",
            "4:an answer breaks what the service promises: an item sold or held twice, a user above the limit, a"
                    + " Sale-Sequence that is not unique or not in the order of time",
            "130:interrupted (143: by TERM); the figures so far are printed and written"
        })
public final class LoadCommand implements Callable<Integer> {
    private static final long DEFAULT_SECONDS = 10;
    private static final long MAX_SECONDS = 366L * 24 * 3600;
    private static final int MAX_PORT = 65_535;
    private static final int NOT_THE_SERVICE = 3;
    private static final int ITEM_UNKNOWN_STATUS = 400;

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

    @Mixin
    private TrafficOptions traffic;

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

    @Option(
            names = "--user-limit",
            paramLabel = "N",
            defaultValue = "${env:APP_USER_LIMIT:-0}",
            description =
                    "The service's limit, to check that no user gets beyond it. Default: APP_USER_LIMIT, or not checked.")
    private int userLimit;

    @Option(
            names = "--hold-seconds",
            paramLabel = "S",
            defaultValue = "${env:APP_HOLD_SECONDS:-0}",
            description =
                    "The service's hold, to check that no item is held twice. Default: APP_HOLD_SECONDS, or not checked.")
    private double holdSeconds;

    @Mixin
    private OutputOptions output;

    /** The command with its defaults, to be filled by picocli. */
    public LoadCommand() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        final long chosenSeed = seed == null ? System.nanoTime() : seed;
        final double defaultSeconds = attempts != null ? 0 : DEFAULT_SECONDS;
        final long chosenAttempts = attempts == null ? 0 : attempts;
        final double chosenSeconds = seconds != null ? seconds : defaultSeconds;
        // Everything that can be wrong with the settings is said before the service is asked, or anything is sent.
        config(chosenAttempts, chosenSeconds, chosenSeed, traffic.items());
        requireFiles();
        final ServiceProbe service;
        try {
            service = ServiceProbe.ask(new InetSocketAddress(host, port));
        } catch (final ServiceProbe.NotTheServiceException e) {
            spec.commandLine().getErr().println("flash-sale load: " + e.getMessage());
            return NOT_THE_SERVICE;
        }
        final int items = chooseItems(service);
        try (InterruptGuard guard = new InterruptGuard().install()) {
            if (warmupSeconds > 0) {
                final LoadConfig warmup = config(0, warmupSeconds, chosenSeed + 1, items);
                final LoadGenerator generator = new LoadGenerator(warmup);
                guard.guard(generator);
                generator.run();
            }
            return run(config(chosenAttempts, chosenSeconds, chosenSeed, items), service, guard);
        }
    }

    private int run(final LoadConfig config, final ServiceProbe service, final InterruptGuard guard)
            throws IOException, InterruptedException {
        final LoadCheck check = new LoadCheck(
                userLimit, (long) (holdSeconds * 1_000), new UnexpectedAnswers(output.unexpected(), expected));
        final LoadReport report;
        final LoadProgress progress;
        try (HistoryRecorder history = history(service)) {
            final LoadGenerator generator =
                    new LoadGenerator(config, LoadListener.NONE, history == null ? check : check.and(history));
            guard.guard(generator);
            progress = new LoadProgress(
                    generator,
                    output.quiet() ? null : spec.commandLine().getErr(),
                    LoadProgress.errorStreamIsTerminal());
            progress.start();
            try {
                report = generator.run();
            } finally {
                progress.close();
            }
            if (history != null) {
                history.finish();
            }
        }
        final LoadVerdict verdict = new LoadVerdict(
                report,
                expected,
                !allowConnectionErrors,
                guard.isInterrupted(),
                check.violations().count(),
                check.violations().first(),
                check.unexpectedFile());
        write(verdict, progress.timeline());
        return verdict.exitCode();
    }

    private HistoryRecorder history(final ServiceProbe service) throws IOException {
        if (output.history() == null) {
            return null;
        }
        final boolean untouched = service.isUntouched() && warmupSeconds == 0;
        return new HistoryRecorder(
                output.history(),
                HistorySetup.startingNow(
                        service.total(),
                        userLimit,
                        (long) (holdSeconds * 1_000),
                        service.saleMillis(),
                        untouched ? service.saleId() : HistorySetup.TOUCHED));
    }

    private void write(final LoadVerdict verdict, final LoadTimeline timeline) throws IOException {
        final PrintWriter out = spec.commandLine().getOut();
        out.print(output.isJsonPrinted() ? verdict.toJson() + '\n' : verdict.toText());
        out.flush();
        if (output.jsonFile() != null) {
            Files.writeString(output.jsonFile(), verdict.toJson() + '\n');
        }
        if (output.html() != null) {
            Files.writeString(output.html(), new HtmlReport(verdict, timeline).toHtml());
        }
    }

    private int chooseItems(final ServiceProbe service) {
        requireSetting(
                !traffic.isItemsGiven() || traffic.items() <= service.total() || expected.contains(ITEM_UNKNOWN_STATUS),
                "items",
                traffic.items(),
                "1 to " + service.total() + ", which the open sale has (or --expect 400, too)");
        return traffic.isItemsGiven() ? traffic.items() : service.total();
    }

    private void requireFiles() {
        try {
            output.requireWritable();
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private LoadConfig config(
            final long chosenAttempts, final double chosenSeconds, final long chosenSeed, final int items) {
        requireSetting(port >= 1 && port <= MAX_PORT, "port", port, "1 to " + MAX_PORT);
        requireSetting(attempts == null || attempts > 0, "attempts", attempts, "1 or more");
        requireSetting(seconds == null || (seconds > 0 && seconds <= MAX_SECONDS), "seconds", seconds, "more than 0");
        requireSetting(rate == null || rate > 0, "rate", rate, "more than 0; leave it out for the closed loop");
        requireSetting(userLimit >= 0, "user limit", userLimit, "0 (not checked) or more");
        requireSetting(
                holdSeconds >= 0 && holdSeconds <= MAX_SECONDS, "hold seconds", holdSeconds, "0 (not checked) or more");
        requireSetting(
                expected.stream().allMatch(status -> status >= 100 && status <= 599), "expect", expected, "100 to 599");
        requireSetting(warmupSeconds >= 0 && warmupSeconds <= MAX_SECONDS, "warmup", warmupSeconds, "0 or more");
        try {
            return LoadConfig.to(new InetSocketAddress(host, port))
                    .allowRemote(allowRemote)
                    .connections(connections)
                    .depth(depth)
                    .threads(threads)
                    .users(traffic.users())
                    .items(items)
                    .mix(traffic.mix())
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

    private void requireSetting(final boolean ok, final String name, final Object value, final String allowed) {
        if (!ok) {
            throw new ParameterException(spec.commandLine(), name + " is " + value + "; allowed: " + allowed);
        }
    }
}
