package io.flashsale.bench;

import io.flashsale.bench.database.ProjectorBenchCommand;
import io.flashsale.bench.drill.DrillCommand;
import io.flashsale.bench.http.BareServer;
import io.flashsale.bench.http.GrowthBenchCommand;
import io.flashsale.bench.http.HttpBenchCommand;
import io.flashsale.bench.load.LoadCommand;
import io.flashsale.bench.machine.MachineBenchCommand;
import io.flashsale.bench.pipeline.PipelineBenchCommand;
import io.flashsale.bench.result.PlotsCommand;
import io.flashsale.bench.sale.SaleBenchCommand;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.openjdk.jmh.Main;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The bench module's program: load on a running service, drills, and the JMH benchmarks. */
@Command(
        name = "flash-sale",
        description = "Load, drills and benchmarks.",
        mixinStandardHelpOptions = true,
        subcommands = {
            LoadCommand.class,
            DrillCommand.class,
            HttpBenchCommand.class,
            GrowthBenchCommand.class,
            PipelineBenchCommand.class,
            ProjectorBenchCommand.class,
            SaleBenchCommand.class,
            MachineBenchCommand.class,
            PlotsCommand.class,
            BareServer.class
        })
public final class BenchMain {
    /** Benchmarks that are not JMH's, and the server that one of them starts. */
    private static final Set<String> OWN_BENCHMARKS =
            Set.of("http", "growth", "pipeline", "projector", "sale", "machine", "plots", "bare");

    private BenchMain() {}

    /** The commands, without JMH's. */
    public static CommandLine commandLine() {
        return new CommandLine(new BenchMain());
    }

    /**
     * Runs a command and exits with its code.
     *
     * @param args {@code load} or {@code drill} and its flags, {@code bench http} and its flags, or {@code bench jmh}
     *     and JMH's.
     * @throws IOException if JMH cannot write.
     */
    public static void main(final String[] args) throws IOException {
        if (args.length > 1 && args[0].equals("bench") && OWN_BENCHMARKS.contains(args[1])) {
            System.exit(commandLine().execute(Arrays.copyOfRange(args, 1, args.length)));
        }
        if (args.length > 0 && args[0].equals("bench")) {
            final int own = args.length > 1 && args[1].equals("jmh") ? 2 : 1;
            Main.main(Arrays.copyOfRange(args, own, args.length));
            return;
        }
        System.exit(commandLine().execute(args));
    }
}
