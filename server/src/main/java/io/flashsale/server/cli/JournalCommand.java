package io.flashsale.server.cli;

import io.flashsale.engine.Decision;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.Evidence;
import io.flashsale.journal.JournalReader;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.JournalSegments;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.projector.ProjectionMark;
import io.flashsale.projector.ReplayStart;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.config.Setting;
import io.flashsale.server.lifecycle.DataDirectory;
import io.flashsale.server.recovery.Replica;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.MutableDirectBuffer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the journal, also beside a running service. */
@Command(
        name = "journal",
        description = {
            "Prints the journal as readable lines: sequence, time, command, outcome.",
            "",
            "Runs also beside the service. Outcomes are not stored but decided again, from a snapshot or the journal's"
                    + " beginning. Several filters must all fit."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:printed, or nobody reads the output any more",
            "1:there is no journal, or the service would refuse it: what was good before that is printed",
            "2:an option is wrong"
        })
public final class JournalCommand implements Callable<Integer> {
    private static final int RECORDS_A_POLL = 64;
    /** As often as the reader looks at what may be damaged before it says so: an end that is none must not look like one. */
    private static final int POLLS_AT_THE_END = 2_048;

    private static final long FOLLOW_PAUSE_MILLIS = 20;
    private static final int BUFFERED_CHARS = 64 * 1024;

    @Option(names = "--from", paramLabel = "SEQUENCE", description = "First sequence to print. Default: 1.")
    private long from = 1;

    @Option(names = "--to", paramLabel = "SEQUENCE", description = "Last sequence to print. Default: no end.")
    private long to = Long.MAX_VALUE;

    @Option(names = "--follow", description = "Goes on printing what is appended, until --to, or interrupted.")
    private boolean follow;

    @Option(names = "--json", description = "Prints one JSON object a line.")
    private boolean json;

    @Option(
            names = "--user",
            paramLabel = "ID",
            description = "Only checkouts of this user, and what was done with the codes they were given.")
    private Long user;

    @Option(names = "--item", paramLabel = "ID", description = "Only commands about this item.")
    private Integer item;

    @Option(
            names = "--code",
            paramLabel = "UUID",
            converter = CodeConverter.class,
            description = "Only commands that gave or used this code.")
    private UUID code;

    private CommandSpec command;
    private boolean isPastEnd;
    private int idlePolls;

    /** For picocli. */
    public JournalCommand() {}

    @Spec
    void command(final CommandSpec spec) {
        command = spec;
        SettingOptions.addTo(spec, EnumSet.of(Setting.APP_DATA_DIR));
    }

    /** As near before the first sequence wanted as can be; the oldest point if that is already later. */
    private ReplayStart startFor(final SegmentStorage storage, final SnapshotStore snapshots) throws IOException {
        // A user's codes are known from where they were given.
        return user == null && from >= JournalSegments.of(storage).oldestSequence()
                ? ReplayStart.newest(storage, snapshots, from - 1)
                : ReplayStart.oldest(storage, snapshots);
    }

    @Override
    public Integer call() throws Exception {
        requireRange();
        final DataDirectory data = DataDirectory.existing(ServerConfig.dataDirectory(SettingOptions.resolve(command)));
        // Outcomes are not stored: they are decided again, from a snapshot or the journal's beginning.
        final SegmentStorage storage = new ChronicleSegmentStorage(data.journal());
        final SnapshotStore snapshots = new SnapshotStore(data.snapshots());
        final ReplayStart start = startFor(storage, snapshots);
        noteWhatIsGone(start);
        final List<Evidence> evidence = new ArrayList<>(ProjectionMark.evidence(data.projectionMark(), storage));
        evidence.addAll(snapshots.evidence());
        try (PrintWriter out = standardOutput();
                JournalReader reader = new JournalReader(storage, start.fromSequence(), evidence)) {
            final Replica replica = new Replica(start.engine(), printer(out));
            // PrintWriter remembers that nobody reads any more, as after "| head", instead of throwing.
            while (!isPastEnd && !out.checkError()) {
                if (reader.poll(replica, RECORDS_A_POLL) > 0) {
                    idlePolls = 0;
                    continue;
                }
                idlePolls++;
                if (!follow && idlePolls > POLLS_AT_THE_END) {
                    requireRealEnd(storage, snapshots, evidence);
                    return 0;
                }
                if (follow) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(FOLLOW_PAUSE_MILLIS));
                }
            }
        }
        return 0;
    }

    /** Filters find nothing where nothing is kept: that must not look like nothing happened. */
    private void noteWhatIsGone(final ReplayStart start) {
        // What a user did with a code is known only from where the code was given.
        if (start.fromSequence() > (user == null ? from : 1)) {
            command.commandLine()
                    .getErr()
                    .println("note: what came before sequence " + start.fromSequence()
                            + " is not shown: retention has deleted it (APP_RETAIN_HOURS)");
        }
    }

    /** The end of what can be read is the journal's only if the service would start from it: by the same judgement. */
    private static void requireRealEnd(
            final SegmentStorage storage, final SnapshotStore snapshots, final List<Evidence> evidence)
            throws IOException {
        ReplayStart.newest(storage, snapshots, Long.MAX_VALUE);
        // Nothing is delivered: what comes before the newest segment was read with its own checks.
        JournalRecovery.recover(storage, Long.MAX_VALUE, evidence, (first, count, millis, buffer, offset) -> {});
    }

    private void requireRange() {
        if (from < 1) {
            throw new ParameterException(
                    command.commandLine(), "--from=" + from + " is not allowed: sequences start at 1");
        }
        if (to < from) {
            throw new ParameterException(
                    command.commandLine(), "--to=" + to + " is not allowed: it must be --from=" + from + " or more");
        }
    }

    private Replica.DecisionListener printer(final PrintWriter out) {
        final JournalFilter filter = new JournalFilter(user, item, code);
        final CommandFormat format = json ? new CommandJson() : new CommandText();
        return (final MutableDirectBuffer buffer, final int offset, final Decision decision) -> {
            final boolean isWanted = filter.accepts(buffer, offset, decision);
            if (isWanted && decision.sequence() >= from && decision.sequence() <= to) {
                out.append(format.format(buffer, offset, decision)).append('\n');
            }
            isPastEnd |= decision.sequence() >= to;
        };
    }

    private static PrintWriter standardOutput() {
        // Not System.out, which passes on every line by itself.
        return new PrintWriter(new BufferedWriter(
                new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8),
                BUFFERED_CHARS));
    }
}
