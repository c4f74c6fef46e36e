package io.flashsale.server.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.SaleEngine;
import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.JournalException;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.journal.SyncPolicy;
import io.flashsale.projector.JournalRetention;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.projector.Snapshotter;
import io.flashsale.projector.SnapshotterConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails while the journal is followed ends neither snapshots nor retention. */
class PassingErrorTest {
    private static final long PATIENCE_SECONDS = 30;

    @TempDir
    private Path directory;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** Retention asks what is projected each time that it looks. */
    private final AtomicInteger looked = new AtomicInteger();

    /** Fails to open segments while there is a failure to tell. */
    private SegmentStorage failing(final SegmentStorage storage) {
        return (SegmentStorage) Proxy.newProxyInstance(
                SegmentStorage.class.getClassLoader(), new Class<?>[] {SegmentStorage.class}, (proxy, method, args) -> {
                    final Throwable told = failure.get();
                    if (told != null && method.getName().equals("open")) {
                        throw told;
                    }
                    try {
                        return method.invoke(storage, args);
                    } catch (final InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static void await(final BooleanSupplier condition, final Snapshotter snapshotter) {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, "not in time: " + snapshotter.trouble());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {OutOfMemoryError.class, JournalException.class})
    void shouldTakeSnapshotsAgainWhenWhatFailedIsOver(final Class<? extends Throwable> kind) throws Exception {
        final SnapshotStore snapshots = new SnapshotStore(directory.resolve("snapshots"));
        final JournalConfig journaling = new JournalConfig(SyncPolicy.NEVER, 2 * 1024 * 1024, 1, 1, 0, 1);
        final SnapshotterConfig config = new SnapshotterConfig(
                10_000, Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(20), () -> true);
        try (SaleJournal journal =
                new SaleJournal(directory.resolve("journal"), 100, journaling, 1_800_000_000_000L, new SaleEngine())) {
            final JournalRetention retention = new JournalRetention(
                    journal.storage(),
                    snapshots,
                    Duration.ofSeconds(2),
                    () -> looked.incrementAndGet(),
                    journal::nowMillis);
            try (Snapshotter snapshotter =
                    new Snapshotter(config, failing(journal.storage()), snapshots, sequence -> {}, retention)) {
                snapshotter.start();
                journal.append(20_480, 1_024);
                await(() -> snapshotter.snapshotSequence() > 10_000, snapshotter);
                final long before = snapshotter.snapshotSequence();

                failure.set(kind.getDeclaredConstructor(String.class).newInstance("no more of it"));
                final long segment = journal.writer().segment();
                while (journal.writer().segment() == segment) {
                    journal.append(4_096, 1_024);
                }
                await(() -> String.valueOf(snapshotter.trouble()).contains("no more of it"), snapshotter);
                final int looks = looked.get();
                await(() -> looked.get() > looks + 1, snapshotter);

                failure.set(null);
                final long last = journal.engine().lastSequence();
                await(() -> snapshotter.snapshotSequence() > before + 10_000, snapshotter);
                snapshotter.finishAt(last);
                assertTrue(snapshotter.awaitFinished(Duration.ofSeconds(PATIENCE_SECONDS)));
            }
            assertEquals(
                    journal.engine().stateHash(),
                    snapshots.load(snapshots.list().get(0)).stateHash());
        }
    }
}
