package io.flashsale.server;

import io.flashsale.journal.JournalException;
import io.flashsale.projector.ProjectionException;
import io.flashsale.server.cli.CommandFailedException;
import io.flashsale.server.cli.JournalCommand;
import io.flashsale.server.cli.ProjectCommand;
import io.flashsale.server.cli.ReplayCommand;
import io.flashsale.server.cli.ServeCommand;
import io.flashsale.server.config.InvalidSettingException;
import io.flashsale.server.recovery.UnreplayableJournalException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program: {@code flash-sale <command>}. Without a command it serves. */
@Command(
        name = "flash-sale",
        description = "Sells exactly as many items as there are, every sale, and keeps every answer it gave.",
        mixinStandardHelpOptions = true,
        version = "flash-sale 0.1.0",
        subcommands = {ServeCommand.class, ProjectCommand.class, ReplayCommand.class, JournalCommand.class},
        synopsisSubcommandLabel = "[COMMAND]",
        footer = {
            "  load     Puts load on the running service and reports rates and latencies.",
            "  drill    Runs a failure drill against a service of its own.",
            "  bench    Runs the JMH benchmarks.",
            "",
            "Without a command: serve. flash-sale <command> --help says more; serve --help lists all settings."
        })
public final class Main {
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_USAGE = 2;

    private Main() {}

    /**
     * Runs a command and exits with its code.
     *
     * @param args of the command line.
     */
    public static void main(final String[] args) {
        System.exit(run(args));
    }

    /**
     * Runs a command.
     *
     * @param args of the command line.
     * @return exit code.
     */
    static int run(final String... args) {
        final boolean serves = args.length == 0 || (args[0].startsWith("-") && !isAboutTheProgram(args[0]));
        final String[] command = serves ? prepend("serve", args) : args;
        return new CommandLine(new Main())
                .setUsageHelpAutoWidth(true)
                .setUsageHelpLongOptionsMaxWidth(40)
                .setExecutionExceptionHandler(Main::report)
                .execute(command);
    }

    private static boolean isAboutTheProgram(final String arg) {
        return arg.equals("--help") || arg.equals("-h") || arg.equals("--version") || arg.equals("-V");
    }

    private static String[] prepend(final String first, final String... rest) {
        final String[] all = new String[rest.length + 1];
        all[0] = first;
        System.arraycopy(rest, 0, all, 1, rest.length);
        return all;
    }

    private static int report(
            final Exception e, final CommandLine commandLine, final CommandLine.ParseResult parseResult)
            throws Exception {
        if (e instanceof InvalidSettingException) {
            commandLine.getErr().println("flash-sale: " + e.getMessage());
            return EXIT_USAGE;
        }
        if (e instanceof CommandFailedException
                || e instanceof JournalException
                || e instanceof ProjectionException
                || e instanceof IOException
                || e instanceof UnreplayableJournalException) {
            commandLine.getErr().println("flash-sale: " + e.getMessage());
            return EXIT_FAILED;
        }
        throw e;
    }
}
