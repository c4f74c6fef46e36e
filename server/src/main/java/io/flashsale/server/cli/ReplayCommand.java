package io.flashsale.server.cli;

import io.flashsale.journal.BatchHandler;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.Evidence;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.RecordFlyweight;
import io.flashsale.journal.Recovered;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.projector.ProjectionMark;
import io.flashsale.projector.ReplayStart;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.config.Settings;
import io.flashsale.server.lifecycle.DataDirectory;
import io.flashsale.server.recovery.Replica;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The recovery drill: replays everything that the journal holds, verifying everything, and changes nothing. */
@Command(
        name = "replay",
        description = "Replays the journal and says what it found. Runs also beside the service.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:replayed, and with --verify: PostgreSQL equals the journal",
            "1:the journal cannot be replayed, there is a difference, or nothing to compare with: the line says which",
            "2:a setting is wrong"
        })
public final class ReplayCommand implements Callable<Integer> {
    private static final int EXIT_DIFFERENT = 1;

    @Option(
            names = "--verify",
            description = "Compares PostgreSQL with the journal, row by row, through the projection's progress.")
    private boolean verify;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    private CommandSpec command;

    /** For picocli. */
    public ReplayCommand() {}

    @Spec
    void command(final CommandSpec spec) {
        command = spec;
        SettingOptions.addTo(spec, SettingOptions.journalAndDatabase());
    }

    @Override
    public Integer call() throws Exception {
        final Settings settings = SettingOptions.resolve(command);
        final ServerConfig config =
                ServerConfig.of(settings, Runtime.getRuntime().availableProcessors());
        final DataDirectory data = DataDirectory.existing(config.dataDirectory());
        final Map<String, Object> figures = replay(data);
        final boolean equal = !verify || new ProjectionCheck(config, data).run(figures);
        final PrintWriter out = command.commandLine().getOut();
        out.print(json ? ReplayReport.toJson(figures) + System.lineSeparator() : ReplayReport.toText(figures));
        out.flush();
        return equal ? 0 : EXIT_DIFFERENT;
    }

    private Map<String, Object> replay(final DataDirectory data) throws IOException {
        final SegmentStorage storage = new ChronicleSegmentStorage(data.journal());
        final ReplayReport report = new ReplayReport();
        final SnapshotStore snapshots = new SnapshotStore(data.snapshots());
        final ReplayStart start = ReplayStart.oldest(storage, snapshots);
        final Replica replica = new Replica(start.engine(), (buffer, offset, decision) -> report.count(decision));
        final List<Evidence> evidence = new ArrayList<>(ProjectionMark.evidence(data.projectionMark(), storage));
        evidence.addAll(snapshots.evidence());
        try (ProgressBar bar = new ProgressBar(terminal(), data.journalBytes())) {
            final long[] bytes = {0};
            final BatchHandler handler = (first, count, timestampMillis, buffer, offset) -> {
                replica.onBatch(first, count, timestampMillis, buffer, offset);
                bytes[0] += RecordFlyweight.length(count);
                bar.update(bytes[0], first + count - 1);
            };
            final Recovered recovered = JournalRecovery.recover(storage, start.fromSequence(), evidence, handler);
            return report.figures(replica.engine(), recovered, start);
        }
    }

    private PrintWriter terminal() {
        return json || !ProgressBar.errorStreamIsTerminal()
                ? null
                : new PrintWriter(System.err, false, StandardCharsets.UTF_8);
    }
}
