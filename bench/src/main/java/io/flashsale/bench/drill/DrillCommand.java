package io.flashsale.bench.drill;

import io.flashsale.bench.history.HistoryCommand;
import io.flashsale.bench.process.EndHook;
import io.flashsale.bench.process.ScratchDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The drills on the command line: real processes in a directory of their own, which is removed if the drill succeeds. */
@Command(
        name = "drill",
        description = "Puts the real service through a drill. Exit code 1: a promise was broken.",
        mixinStandardHelpOptions = true,
        subcommands = HistoryCommand.class)
public final class DrillCommand {
    /** For picocli. */
    public DrillCommand() {}

    @Command(
            name = "crash",
            aliases = "kill",
            description = {
                "kill -9 again and again: at random under load, around a sale's boundary, in the projector's commit, in a",
                "snapshot, during starts; every answer must be kept, and every history be explained."
            },
            mixinStandardHelpOptions = true)
    int crash(
            @Option(names = "--rounds", defaultValue = "50", description = "Default: ${DEFAULT-VALUE}.")
                    final int rounds,
            @Option(names = "--minutes", defaultValue = "600", description = "At most. Default: ${DEFAULT-VALUE}.")
                    final int minutes,
            @Option(names = "--seed", description = "Reproduces the random choices of an earlier run.") final Long seed,
            @Option(names = "--set", description = "Setting of the service: --set APP_SYNC=interval.")
                    final Map<String, String> settings)
            throws Exception {
        final Map<String, String> chosen = settings == null ? Map.of() : settings;
        return drill(directory ->
                new CrashDrill(directory, chosen, seed(seed), System.out).run(rounds, Duration.ofMinutes(minutes)));
    }

    @Command(
            name = "corrupt",
            description = {
                "Damages the last records of a real journal, byte by byte: a start refuses, naming the place, or cuts off",
                "only what nobody was answered, the very last record after a kill -9 excepted."
            },
            mixinStandardHelpOptions = true)
    int corrupt(
            @Option(names = "--records", defaultValue = "20", description = "Default: the last ${DEFAULT-VALUE}.")
                    final int records,
            @Option(names = "--step", defaultValue = "1", description = "Every so manyth byte. Default: each.")
                    final int step,
            @Option(names = "--seed", description = "Reproduces the random choices of an earlier run.") final Long seed)
            throws Exception {
        return drill(directory -> new CorruptDrill(directory, records, step, seed(seed), System.out).run());
    }

    @Command(
            name = "sync-failure",
            description = {
                "Syncs that fail or take seconds: no answer without a sync, exit code 70, nothing lost. By strace, which",
                "must be installed and allowed; without, the steps are shown as skipped."
            },
            mixinStandardHelpOptions = true)
    int syncFailure(
            @Option(
                            names = "--stalls",
                            split = ",",
                            defaultValue = "1,5",
                            description = "Seconds that a sync takes, one step for each. Default: ${DEFAULT-VALUE}.")
                    final List<Integer> stalls)
            throws Exception {
        return drill(directory -> new SyncFailureDrill(directory, stalls, System.out).run());
    }

    @Command(
            name = "disk-full",
            description = {
                "A full disk: 503 before a write can fail, sells again when there is space. Needs the right to mount a small",
                "file system; without, the steps are shown as skipped."
            },
            mixinStandardHelpOptions = true)
    int diskFull() throws Exception {
        return drill(directory -> new DiskFullDrill(directory, System.out).run());
    }

    @Command(
            name = "memory",
            description = "Too little heap and direct memory: goes on or ends with a code other than 0, nothing lost.",
            mixinStandardHelpOptions = true)
    int memory() throws Exception {
        return drill(directory -> new MemoryDrill(directory, System.out).run());
    }

    @Command(
            name = "database",
            description = {
                "PostgreSQL stands still, is slow, dies in a commit, comes back from an older backup, is emptied: the sale goes",
                "on, and PostgreSQL equals the journal after each."
            },
            mixinStandardHelpOptions = true)
    int database() throws Exception {
        return drill(directory -> new DatabaseDrill(directory, System.out).run());
    }

    @Command(
            name = "slow-clients",
            description = "Clients that are slow, do not read or do nothing: honest ones are served beside them.",
            mixinStandardHelpOptions = true)
    int slowClients(
            @Option(
                            names = "--idle",
                            defaultValue = "10000",
                            description = "Idle connections. Default: ${DEFAULT-VALUE}.")
                    final int idle)
            throws Exception {
        return drill(directory -> new CrowdDrill(directory, idle, System.out).slowClients());
    }

    @Command(
            name = "flood",
            description = "Connections and requests without pause: honest clients are served beside them.",
            mixinStandardHelpOptions = true)
    int flood() throws Exception {
        return drill(directory -> new CrowdDrill(directory, 0, System.out).flood());
    }

    @Command(
            name = "clock",
            description = {
                "The service's wall clock is set by an hour, forth and back, also at a boundary and between two processes. By",
                "libfaketime (package faketime, or FAKETIME_LIBRARY names it); without, the steps are shown as skipped."
            },
            mixinStandardHelpOptions = true)
    int clock() throws Exception {
        return drill(directory -> new ClockDrill(directory, System.out).run());
    }

    @Command(
            name = "network",
            description = {
                "Connections reset and cut, packets delayed and lost, between clients, service and PostgreSQL. In a network",
                "namespace of its own; what is missing for a step is said, and the step shown as skipped."
            },
            mixinStandardHelpOptions = true)
    int network() throws Exception {
        if (NetworkDrill.isInside()) {
            return drill(directory -> new NetworkDrill(directory, System.out).run());
        }
        try {
            return NetworkDrill.elsewhere();
        } catch (final DrillSkippedException e) {
            System.out.println("SKIPPED: " + e.getMessage());
            return 0;
        }
    }

    private static long seed(final Long given) {
        return given == null ? System.nanoTime() : given;
    }

    @Command(
            name = "sale",
            description = "Sells a sale out to many more attempts than items.",
            mixinStandardHelpOptions = true)
    int sale(
            @Option(names = "--attempts", defaultValue = "1000000", description = "Default: ${DEFAULT-VALUE}.")
                    final long attempts,
            @Option(names = "--connections", defaultValue = "64", description = "Default: ${DEFAULT-VALUE}.")
                    final int connections)
            throws Exception {
        return drill(directory -> new FullSaleDrill(directory, System.out).run(attempts, connections));
    }

    /** What goes on during a day, with incidents or without. */
    static final class DayLoad {
        @Option(names = "--rate", defaultValue = "400", description = "Requests a second. Default: ${DEFAULT-VALUE}.")
        private double rate;

        @Option(names = "--seed", description = "Reproduces the load of an earlier run.")
        private Long seed;
    }

    @Command(
            name = "day",
            description = {
                "A day rehearsed in minutes: sales of 5 s under load, and among them a restart, a kill -9, a full disk,",
                "an outage of PostgreSQL and a change of configuration; memory, descriptors and disk must stay flat.",
                "The full disk needs the right to mount a file system; without, that step is shown as skipped."
            },
            mixinStandardHelpOptions = true)
    int day(
            @Option(names = "--sales", defaultValue = "120", description = "Default: ${DEFAULT-VALUE}, ten minutes.")
                    final int sales,
            @Mixin final DayLoad load)
            throws Exception {
        return drill(
                directory -> new DayDrill(directory, DayPlan.of(sales, load.rate), seed(load.seed), System.out).run());
    }

    @Command(
            name = "soak",
            description = {
                "The same without incidents: one process, a roll-over every 5 s; memory, descriptors, threads and disk",
                "must stay flat, old segments must go, and PostgreSQL must equal journal and clients at the end."
            },
            mixinStandardHelpOptions = true)
    int soak(
            @Option(names = "--sales", defaultValue = "360", description = "Default: ${DEFAULT-VALUE}, half an hour.")
                    final int sales,
            @Mixin final DayLoad load)
            throws Exception {
        return drill(directory -> new DayDrill(
                        directory, DayPlan.of(sales, load.rate).withoutIncidents(), seed(load.seed), System.out)
                .run());
    }

    @Command(
            name = "simulate",
            description = {
                "Runs the whole service on one thread over simulated storage, clocks, database and clients, seed after",
                "seed. The first broken promise is printed with its seed, which repeats the run."
            },
            mixinStandardHelpOptions = true)
    int simulate(
            @Option(names = "--seeds", defaultValue = "1000", description = "Default: ${DEFAULT-VALUE}.")
                    final long seeds,
            @Option(
                            names = "--first-seed",
                            defaultValue = "1",
                            description = "The others follow it. Default: ${DEFAULT-VALUE}.")
                    final long firstSeed,
            @Option(names = "--seconds", description = "Ends after so many, however many seeds were run.")
                    final Integer seconds,
            @Option(names = "--trace", description = "Prints every event.") final boolean trace) {
        final Duration time = seconds == null ? Duration.ofDays(1_000) : Duration.ofSeconds(seconds);
        return new SimulationDrill(System.out, trace).run(firstSeed, seeds, time) ? 0 : 1;
    }

    @FunctionalInterface
    private interface Drill {
        void run(Path directory) throws Exception;
    }

    private static int drill(final Drill drill) throws Exception {
        final Path directory = ScratchDirectory.create("drill-");
        final EndHook told = EndHook.add("drill-end", () -> System.err.println(kept(directory)));
        try {
            drill.run(directory);
            ScratchDirectory.delete(directory);
            return 0;
        } catch (final DrillFailedException e) {
            System.err.println("drill failed: " + e.getMessage());
            System.err.println(kept(directory));
            return 1;
        } catch (final Exception e) {
            System.err.println(kept(directory));
            throw e;
        } finally {
            told.close();
        }
    }

    private static String kept(final Path directory) {
        return "the data is kept in " + directory;
    }
}
