package io.flashsale.bench.drill;

import io.flashsale.bench.history.HistoryCommand;
import io.flashsale.bench.process.ScratchDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
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
            name = "kill",
            description = "kill -9 under load and during starts; every answer must be kept.",
            mixinStandardHelpOptions = true)
    int kill(
            @Option(names = "--rounds", defaultValue = "10", description = "Default: ${DEFAULT-VALUE}.")
                    final int rounds,
            @Option(names = "--seed", description = "Reproduces the random choices of an earlier run.") final Long seed,
            @Option(names = "--set", description = "Setting of the service: --set APP_SYNC=interval.")
                    final Map<String, String> settings)
            throws Exception {
        final Map<String, String> given = settings == null ? Map.of() : settings;
        return drill(directory ->
                new KillDrill(directory, given, seed == null ? System.nanoTime() : seed, System.out).run(rounds));
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
            @Option(
                            names = "--rate",
                            defaultValue = "400",
                            description = "Requests a second. Default: ${DEFAULT-VALUE}.")
                    final double rate,
            @Option(names = "--seed", description = "Reproduces the load of an earlier run.") final Long seed)
            throws Exception {
        return drill(directory -> new DayDrill(
                        directory, DayPlan.of(sales, rate), seed == null ? System.nanoTime() : seed, System.out)
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
        try {
            drill.run(directory);
            ScratchDirectory.delete(directory);
            return 0;
        } catch (final DrillFailedException e) {
            System.err.println("drill failed: " + e.getMessage());
            System.err.println("the data is kept in " + directory);
            return 1;
        }
    }
}
