package io.flashsale.server.cli;

import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.config.Settings;
import io.flashsale.server.lifecycle.SaleServer;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the service until SIGTERM or SIGINT. */
@Command(
        name = "serve",
        description = "Runs the service: answers within seconds, before PostgreSQL is up, until SIGTERM or SIGINT.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:told to stop, and stopped in order",
            "1:cannot start; the line says why",
            "2:a setting is wrong",
            "3:out of heap; nothing that was answered is lost",
            "70:halted: a disk or an invariant failed; nothing that was answered is lost"
        })
public final class ServeCommand implements Callable<Integer> {
    private CommandSpec command;

    /** For picocli. */
    public ServeCommand() {}

    /**
     * Adds a flag for every setting.
     *
     * @param spec of this command.
     */
    @Spec
    void command(final CommandSpec spec) {
        command = spec;
        SettingOptions.addTo(spec);
    }

    @Override
    public Integer call() throws Exception {
        final Settings settings = SettingOptions.resolve(command);
        final ServerConfig config =
                ServerConfig.of(settings, Runtime.getRuntime().availableProcessors());
        settings.notes().forEach(note -> command.commandLine().getErr().println("note: " + note));
        final SaleServer server = new SaleServer(config);
        // Before the start: a signal that comes during it must find somebody who stops what runs by then.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "sale-stop"));
        server.start().ifPresent(report -> {
            command.commandLine().getOut().print(report);
            command.commandLine().getOut().flush();
        });
        // The shutdown hook ends the process; this thread has nothing more to do, and must not return.
        Thread.currentThread().join();
        return 0;
    }

    /** Runs at every end of the JVM, that of a start which failed and has said why included. */
    private static void stop(final SaleServer server) {
        // A JVM that was asked to stop by a signal exits with 128 plus its number. An orderly stop is a success.
        Runtime.getRuntime().halt(server.stop() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE);
    }
}
