package io.flashsale.bench.drill;

import io.flashsale.projector.ProjectionException;
import io.flashsale.projector.ProjectionMark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for the moment of a kill, as far as it shows from outside, and no longer than a second or two: where it does not come,
 * the kill is at random. For one thread.
 */
final class CrashAim {
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final int LOAD_MILLIS = 600;
    private static final int AROUND_MILLIS = 40;
    private static final int START_MILLIS = 1_500;

    private final Path data;
    private final long saleMillis;
    private final Random random;

    CrashAim(final Path data, final long saleMillis, final Random random) {
        this.data = data;
        this.saleMillis = saleMillis;
        this.random = random;
    }

    /** Milliseconds to the next boundary, by the wall clock. */
    long untilBoundary() {
        return saleMillis - System.currentTimeMillis() % saleMillis;
    }

    /** Waits. Returns whether the moment was surely met; of a kill at random that is said of none. */
    boolean await(final CrashMoment moment, final ServerProcess server) throws InterruptedException {
        switch (moment) {
            case ROLL_OVER -> {
                final long pause = untilBoundary() - AROUND_MILLIS / 2 + random.nextInt(AROUND_MILLIS);
                TimeUnit.MILLISECONDS.sleep(Math.max(pause, 0));
                return true;
            }
            case COMMIT -> {
                return until(this::isCommitting);
            }
            case SNAPSHOT -> {
                server.signal();
                return until(() -> Files.exists(unfinishedSnapshot()) || !server.isAlive()) && server.isAlive();
            }
            default -> {
                // A random moment is the point here, not a condition to wait for.
                TimeUnit.MILLISECONDS.sleep(random.nextInt(LOAD_MILLIS));
                return false;
            }
        }
    }

    /** Waits for a random moment of a start; more than half of a process's first second is the JVM's own. */
    void awaitStart(final ServerProcess starting) throws InterruptedException, IOException {
        final long begin = System.nanoTime();
        final long pause = TimeUnit.MILLISECONDS.toNanos(100 + random.nextInt(START_MILLIS));
        while (System.nanoTime() - begin < pause && !starting.hasSaid("started in")) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    /** What a kill left behind of a commit that nobody knows the end of. */
    boolean isCommitting() {
        try {
            return ProjectionMark.read(data.resolve("projection.mark"))
                    .filter(mark -> mark.sequence() > mark.committed())
                    .isPresent();
        } catch (final IOException | ProjectionException beingWritten) {
            return false;
        }
    }

    /** What a kill left behind of a snapshot. */
    boolean isSnapshotUnfinished() {
        return Files.exists(unfinishedSnapshot());
    }

    private Path unfinishedSnapshot() {
        return data.resolve("snapshots").resolve("snapshot.unfinished");
    }

    private static boolean until(final BooleanSupplier arrived) {
        final long begin = System.nanoTime();
        while (!arrived.getAsBoolean()) {
            if (System.nanoTime() - begin > LONGEST_NANOS) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }
}
