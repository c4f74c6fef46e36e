package io.flashsale.bench.history;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The check of a recorded history on the command line. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = {
            "Checks a history that load --history recorded: whether the answers, in the order of their Sale-Sequence,",
            "and those unanswered requests that are needed to explain them, keep the rules of the sale and real time."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the history can be explained",
            "1:it cannot",
            "2:a flag is wrong, or the file cannot be read, is no history, or was not finished"
        })
public final class HistoryCommand implements Callable<Integer> {
    private static final long MAX_TOLERANCE = 3_600_000;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The history.")
    private Path file;

    @Option(
            names = "--tolerance-ms",
            paramLabel = "MS",
            defaultValue = "" + HistoryCheck.TOLERANCE_MILLIS,
            description =
                    "By how much the clocks of the service and of the load may differ. Default: ${DEFAULT-VALUE}.")
    private long tolerance;

    /** The command with its defaults, to be filled by picocli. */
    public HistoryCommand() {}

    @Override
    public Integer call() {
        if (tolerance < 0 || tolerance > MAX_TOLERANCE) {
            throw new ParameterException(
                    spec.commandLine(), "tolerance is " + tolerance + "; allowed: 0 to " + MAX_TOLERANCE);
        }
        final HistoryVerdict verdict;
        try {
            verdict = HistoryCheck.check(file, tolerance);
        } catch (final IOException e) {
            spec.commandLine().getErr().println("flash-sale drill history: cannot read " + e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        spec.commandLine().getOut().print(verdict.toText());
        spec.commandLine().getOut().flush();
        return verdict.isAccepted() ? 0 : 1;
    }
}
