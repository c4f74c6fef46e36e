package io.flashsale.server.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.projector.JournalRetention;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.projector.Snapshotter;
import io.flashsale.projector.SnapshotterConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemEpochClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a start takes after a long sale. {@code -Dlong.commands=20000000} is the size that the promise of two seconds is
 * about; without it the test is a fifth of that, to be done in time.
 */
class LongJournalTest {
    private static final long COMMANDS = Long.getLong("long.commands", 4_000_000);
    private static final long SNAPSHOT_EVERY = COMMANDS / 4;
    private static final Duration PROMISE = Duration.ofSeconds(2);

    @TempDir
    private Path directory;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void shouldRestoreWithinTwoSecondsHoweverLongTheJournalIs() throws IOException {
        final long hash;
        try (SaleJournal journal =
                new SaleJournal(directory.resolve("journal"), 10_000, SaleJournal.config(2L << 30))) {
            // The worst moment to stop: a snapshot would have been due with the next command.
            journal.append(COMMANDS - 2, 4_096);
            hash = journal.engine().stateHash();
            journal.writer().abandon();
        }
        final SegmentStorage storage = new ChronicleSegmentStorage(directory.resolve("journal"));
        final SnapshotStore snapshots = new SnapshotStore(directory.resolve("snapshots"));
        final EngineRecovery whole = EngineRecovery.run(storage, snapshots, List.of());
        assertEquals(hash, whole.engine().stateHash());
        takeSnapshots(storage, snapshots);

        final EngineRecovery recovery = EngineRecovery.run(storage, snapshots, List.of());
        assertNotNull(recovery.start().snapshot());
        assertEquals(hash, recovery.engine().stateHash());
        assertTrue(recovery.journal().commands() <= SNAPSHOT_EVERY, recovery.describe());
        System.out.printf(Locale.ROOT, "%,d commands, whole: %s, %,d ms%n", COMMANDS, whole.describe(), millis(whole));
        System.out.printf(Locale.ROOT, "%,d commands: %s, %,d ms%n", COMMANDS, recovery.describe(), millis(recovery));
        assertTrue(recovery.nanos() < PROMISE.toNanos(), recovery.describe());
    }

    private static long millis(final EngineRecovery recovery) {
        return TimeUnit.NANOSECONDS.toMillis(recovery.nanos());
    }

    private static void takeSnapshots(final SegmentStorage storage, final SnapshotStore snapshots) {
        final JournalRetention retention =
                new JournalRetention(storage, snapshots, Duration.ofDays(1), () -> 0, SystemEpochClock.INSTANCE);
        try (Snapshotter snapshotter = new Snapshotter(
                SnapshotterConfig.of(() -> true).withEveryCommands(SNAPSHOT_EVERY),
                storage,
                snapshots,
                sequence -> {},
                retention)) {
            snapshotter.start();
            final long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (snapshotter.snapshotSequence() < COMMANDS - SNAPSHOT_EVERY) {
                assertTrue(System.nanoTime() - deadline < 0, "no snapshot: " + snapshotter.trouble());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }
}
