package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.bench.load.LoadReport;
import io.flashsale.bench.process.EndHook;
import io.flashsale.bench.process.Launch;
import io.flashsale.projector.DatabaseConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts, resets, delays and loses what clients, service and PostgreSQL send each other. All of them live in a network namespace
 * of their own, with a loopback interface of its own, so that nobody else notices: {@link #elsewhere} puts the drill there.
 */
public final class NetworkDrill {
    private static final String INSIDE = "FLASH_SALE_DRILL_NETWORK";
    private static final double RATE = 150;
    private static final int CODES = 80;
    private static final int CUT_SECONDS = 4;
    private static final int TROUBLE_SECONDS = 6;
    private static final int RESETS = 5;

    private final Path directory;
    private final DrillSteps steps;

    /**
     * A drill.
     *
     * @param directory empty; holds the data.
     * @param log       is told of each step, and gets the table.
     */
    public NetworkDrill(final Path directory, final PrintStream log) {
        this.directory = directory;
        steps = new DrillSteps(log);
    }

    /** Whether this process is in a namespace that it may play with. */
    static boolean isInside() {
        return System.getenv(INSIDE) != null;
    }

    /**
     * Runs the same command in a namespace of its own.
     *
     * @return its exit code.
     * @throws DrillSkippedException if there is no right to make one.
     */
    static int elsewhere() throws IOException, InterruptedException {
        DrillSkippedException.needs(
                SmallDisk.run("unshare", "--net", "ip", "link", "set", "lo", "up"),
                "no right to make a network namespace here, or no ip");
        final List<String> command =
                new ArrayList<>(List.of("unshare", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "drill"));
        command.add(ProcessHandle.current().info().command().orElseThrow());
        command.addAll(List.of(ProcessHandle.current().info().arguments().orElseThrow()));
        final ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put(INSIDE, "yes");
        final Process process = builder.start();
        final EndHook stop = EndHook.add("network-drill-stop", process::destroy);
        try {
            return process.waitFor();
        } finally {
            stop.close();
        }
    }

    /** What becomes of the network. */
    @FunctionalInterface
    private interface Trouble {
        String happen() throws Exception;
    }

    /**
     * Runs the drill, inside a namespace.
     *
     * @return what was done and seen.
     * @throws DrillFailedException if a promise was broken.
     * @throws Exception            if the drill could not be carried out.
     */
    public DrillTable run() throws Exception {
        require(isInside(), "not in a network namespace of the drill's own");
        try (DrillDatabase database = new DrillDatabase(directory.resolve("elsewhere"))) {
            final DatabaseConfig config = database.start();
            final Map<String, String> settings = new HashMap<>(Launch.settings(config));
            settings.put("APP_ITEM_NUMBER", "20000");
            settings.put("APP_DRAIN_SECONDS", "60");
            try (DrilledService service = new DrilledService(directory, settings)) {
                service.start();
                final int port = service.server().address().getPort();
                step(service, RESETS + " x client connections reset", true, () -> reset(port));
                step(service, RESETS + " x database connections reset", false, () -> reset(config.port()));
                step(service, "everything cut for " + CUT_SECONDS + " s", true, NetworkDrill::cut);
                step(service, "40 ms of delay", true, () -> slow("netem", "delay", "20ms", "5ms"));
                step(service, "3% of all packets lost", true, () -> slow("netem", "loss", "3%"));
                step(service, "1 Mbit/s", true, () -> slow("tbf", "rate", "1mbit", "burst", "16kb", "latency", "2s"));
                step(service, "what does not fit into a queue of 6 KB lost", true, NetworkDrill::overflow);
                steps.step("SIGTERM, replay --verify", "exit code 0, no difference", () -> {
                    service.stop();
                    ServerProcess.verify(directory, service.settings());
                    return "no difference";
                });
            }
        } finally {
            steps.print();
        }
        steps.requireNoneFailed();
        return steps.table();
    }

    private void step(final DrilledService service, final String what, final boolean clientsToo, final Trouble trouble)
            throws InterruptedException {
        steps.step(what, "sells afterwards, all kept, the projector catches up", () -> {
            service.startLoad(service.loadConfig()
                    .rate(RATE)
                    .reconnect(true)
                    .reconnectTimeout(Duration.ofSeconds(60))
                    .build());
            service.awaitCodes(CODES);
            final String seen = trouble.happen();
            service.awaitCodes(CODES);
            final LoadReport report = service.endLoad();
            require(report.unexpectedAnswers(Set.of(200, 409)) == 0, report.toText());
            require(clientsToo || report.counts().connectionErrors() == 0, report.toText());
            HealthWatch.awaitProjector(service.client(), "RUNNING");
            HealthWatch.awaitCaughtUp(service.client());
            return seen + "; " + report.answers() + " answers, "
                    + report.counts().unanswered() + " requests without one; " + service.check();
        });
    }

    private static String reset(final int port) throws InterruptedException {
        for (int i = 0; i < RESETS; i++) {
            DrillSkippedException.needs(
                    SmallDisk.run("ss", "--kill", "--tcp", "--no-header", "dport", "=", ":" + port),
                    "no ss, or it cannot end connections here");
            TimeUnit.MILLISECONDS.sleep(500);
        }
        return "reset";
    }

    private static String cut() throws InterruptedException {
        require(SmallDisk.run("ip", "link", "set", "lo", "down"), "the interface cannot be taken down");
        try {
            TimeUnit.SECONDS.sleep(CUT_SECONDS);
        } finally {
            SmallDisk.run("ip", "link", "set", "lo", "up");
        }
        return "cut";
    }

    /** Loss without netem: the queue is short, and the kernel drops what comes when it is full. */
    private static String overflow() throws InterruptedException, IOException {
        final String seen = queue("tbf", "rate", "500kbit", "burst", "16kb", "limit", "6kb");
        final Matcher dropped = Pattern.compile("dropped (\\d+)").matcher(seen);
        require(dropped.find() && !dropped.group(1).equals("0"), "no packet was lost: " + seen);
        return dropped.group() + " packets, " + TROUBLE_SECONDS + " s";
    }

    /** What the kernel has counted of it. */
    private static String queue(final String... discipline) throws InterruptedException, IOException {
        final List<String> command = new ArrayList<>(List.of("tc", "qdisc", "add", "dev", "lo", "root"));
        command.addAll(List.of(discipline));
        DrillSkippedException.needs(
                SmallDisk.run(command.toArray(new String[0])), "no tc, or the kernel has no " + discipline[0]);
        try {
            TimeUnit.SECONDS.sleep(TROUBLE_SECONDS);
            final Process counters = new ProcessBuilder("tc", "-s", "qdisc", "show", "dev", "lo")
                    .redirectErrorStream(true)
                    .start();
            return new String(counters.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            SmallDisk.run("tc", "qdisc", "del", "dev", "lo", "root");
        }
    }

    private static String slow(final String... discipline) throws InterruptedException, IOException {
        queue(discipline);
        return "for " + TROUBLE_SECONDS + " s";
    }
}
