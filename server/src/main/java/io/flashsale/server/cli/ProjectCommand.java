package io.flashsale.server.cli;

import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.config.Setting;
import io.flashsale.server.config.Settings;
import io.flashsale.server.lifecycle.DataDirectory;
import io.flashsale.server.lifecycle.OutsideProjector;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the projector as a process of its own, until SIGTERM or SIGINT. */
@Command(
        name = "project",
        description = {
            "Writes the journal to PostgreSQL in a process of its own, for a service with APP_PROJECTOR=outside.",
            "",
            "Runs beside the service or without it, in the same data directory, one at a time. With DB_HOST unset it"
                    + " starts the PostgreSQL in the data directory. SIGTERM ends it after the transaction at hand."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:told to stop",
            "1:cannot begin or go on: another projector runs, the database refuses or is another journal's",
            "2:a setting is wrong"
        })
public final class ProjectCommand implements Callable<Integer> {
    /** Beyond the drain: for what a transaction and PostgreSQL need to end. */
    private static final long PATIENCE_SECONDS = 45;

    private CommandSpec command;

    /** For picocli. */
    public ProjectCommand() {}

    @Spec
    void command(final CommandSpec spec) {
        command = spec;
        final Set<Setting> settings = SettingOptions.journalAndDatabase();
        settings.add(Setting.APP_PROJECT_ATTEMPTS);
        settings.add(Setting.APP_DB_RETAIN_HOURS);
        settings.add(Setting.APP_DRAIN_SECONDS);
        SettingOptions.addTo(spec, settings);
    }

    @Override
    public Integer call() {
        final Settings settings = SettingOptions.resolve(command);
        final ServerConfig config =
                ServerConfig.of(settings, Runtime.getRuntime().availableProcessors());
        settings.notes().forEach(note -> command.commandLine().getErr().println("note: " + note));
        // Before the hook: see its constructor.
        final OutsideProjector projector = new OutsideProjector(config, DataDirectory.existing(config.dataDirectory()));
        final CountDownLatch ended = new CountDownLatch(1);
        final long patience = config.drain().toSeconds() + PATIENCE_SECONDS;
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(projector, ended, patience), "project-stop"));
        try {
            projector.run();
        } finally {
            ended.countDown();
        }
        return 0;
    }

    /** Runs at every end of the JVM, a failure's included, whose exit code must stand. */
    private static void stop(final OutsideProjector projector, final CountDownLatch ended, final long patienceSeconds) {
        if (ended.getCount() == 0) {
            return;
        }
        projector.stop();
        try {
            final boolean orderly = ended.await(patienceSeconds, TimeUnit.SECONDS);
            // A JVM that was asked to stop by a signal exits with 128 plus its number. An orderly stop is a success.
            Runtime.getRuntime().halt(orderly ? 0 : 1);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
