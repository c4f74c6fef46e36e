package io.flashsale.bench.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Settings of a benchmark's command, which are refused in one line if they cannot be. */
public final class CommandSettings {
    private CommandSettings() {}

    /**
     * Refuses a setting.
     *
     * @param spec    of the command.
     * @param ok      whether it is allowed.
     * @param name    of it.
     * @param allowed values.
     * @throws ParameterException if it is not: exit code 2.
     */
    public static void require(final CommandSpec spec, final boolean ok, final String name, final String allowed) {
        if (!ok) {
            throw new ParameterException(spec.commandLine(), name + "; allowed: " + allowed);
        }
    }

    /**
     * The launcher that started this process, as a program that runs any command with the flags that users get.
     *
     * @param spec of the command.
     * @return the beginning of a command line.
     * @throws ParameterException if this process was started otherwise.
     */
    public static List<String> launcher(final CommandSpec spec) {
        final String home = System.getProperty("flashsale.home");
        require(spec, home != null, "flashsale.home", "set by the launcher: run ./flash-sale bench " + spec.name());
        return List.of(Path.of(home, "flash-sale").toString());
    }
}
