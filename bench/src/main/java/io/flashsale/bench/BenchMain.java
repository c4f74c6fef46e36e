package io.flashsale.bench;

import io.flashsale.bench.drill.DrillCommand;
import io.flashsale.bench.load.LoadCommand;
import java.io.IOException;
import org.openjdk.jmh.Main;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The bench module's program: load on a running service, drills, and the JMH benchmarks. */
@Command(
        name = "flash-sale",
        description = "Load, drills and benchmarks.",
        mixinStandardHelpOptions = true,
        subcommands = {LoadCommand.class, DrillCommand.class})
public final class BenchMain {
    private BenchMain() {}

    /**
     * Runs a command and exits with its code.
     *
     * @param args {@code load} and its flags, or {@code bench} and JMH's own.
     * @throws IOException if JMH cannot write.
     */
    public static void main(final String[] args) throws IOException {
        if (args.length > 0 && args[0].equals("bench")) {
            final String[] jmhArgs = new String[args.length - 1];
            System.arraycopy(args, 1, jmhArgs, 0, jmhArgs.length);
            Main.main(jmhArgs);
            return;
        }
        System.exit(new CommandLine(new BenchMain()).execute(args));
    }
}
