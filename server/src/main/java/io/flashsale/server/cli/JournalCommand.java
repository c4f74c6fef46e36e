package io.flashsale.server.cli;

import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalReader;
import io.flashsale.journal.JournalSegments;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.projector.ReplayStart;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.lifecycle.DataDirectory;
import io.flashsale.server.recovery.Replica;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints the journal, also beside a running service. */
@Command(
        name = "journal",
        description = "Prints the journal as readable lines: sequence, time, command, outcome.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class JournalCommand implements Callable<Integer> {
    private static final int RECORDS_A_POLL = 256;
    private static final long FOLLOW_PAUSE_MILLIS = 20;

    @Option(names = "--from", paramLabel = "SEQUENCE", description = "First sequence to print.")
    private long from = 1;

    @Option(names = "--follow", description = "Goes on printing what is appended, until interrupted.")
    private boolean follow;

    private CommandSpec command;

    /** For picocli. */
    public JournalCommand() {}

    @Spec
    void command(final CommandSpec spec) {
        command = spec;
        SettingOptions.addTo(spec);
    }

    /** As near before the first sequence wanted as can be; the oldest point if that is already later. */
    private ReplayStart startFor(final SegmentStorage storage, final SnapshotStore snapshots) throws IOException {
        return from >= JournalSegments.of(storage).oldestSequence()
                ? ReplayStart.newest(storage, snapshots, from - 1)
                : ReplayStart.oldest(storage, snapshots);
    }

    @Override
    public Integer call() throws Exception {
        if (from < 1) {
            throw new CommandFailedException("--from=" + from + " is not allowed: sequences start at 1");
        }
        final DataDirectory data = DataDirectory.existing(ServerConfig.dataDirectory(SettingOptions.resolve(command)));
        final PrintWriter out = command.commandLine().getOut();
        final CommandText text = new CommandText();
        // Outcomes are not stored: they are decided again, from a snapshot or the journal's beginning.
        final SegmentStorage storage = new ChronicleSegmentStorage(data.journal());
        final ReplayStart start = startFor(storage, new SnapshotStore(data.snapshots()));
        final Replica replica = new Replica(start.engine(), (buffer, offset, decision) -> {
            if (decision.sequence() >= from) {
                out.println(text.format(buffer, offset, decision));
            }
        });
        try (JournalReader reader = new JournalReader(storage, start.fromSequence(), List.of())) {
            while (!out.checkError()) {
                if (reader.poll(replica, RECORDS_A_POLL) == 0) {
                    out.flush();
                    if (!follow) {
                        return 0;
                    }
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(FOLLOW_PAUSE_MILLIS));
                }
            }
        }
        return 0;
    }
}
