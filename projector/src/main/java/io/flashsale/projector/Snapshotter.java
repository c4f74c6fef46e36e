package io.flashsale.projector;

import io.flashsale.engine.SnapshotFormatException;
import io.flashsale.journal.SegmentStorage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes snapshots on a thread of its own, of a replica of its own: the engine that sells is never held up, and a state that
 * was reached twice is worth more than one that was written down once. Deletes afterwards what is not needed any more.
 *
 * <p>What fails is tried again later; nothing that happens here reaches the sale, except a failed sync of the journal, which
 * the journal itself reports.
 */
public final class Snapshotter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Snapshotter.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    /** A replica that fails again and again is restored less and less often: every 5 minutes, where a retry is due after 10 s. */
    private static final long LONGEST_REOPEN_PAUSES = 30;

    private final SnapshotterConfig config;
    private final SnapshotWorker worker;
    private final JournalRetention retention;
    private final Thread thread = new Thread(this::run, "snapshotter");
    private long retryAtNanos = System.nanoTime();
    private long tidyAtNanos = System.nanoTime();
    private long reopenAtNanos = System.nanoTime();
    private long reopenPauseNanos;
    private boolean finished;
    private volatile String trouble;
    private volatile long finishAt = Long.MAX_VALUE;
    private volatile boolean stopping;

    /**
     * Assigns; opens nothing and starts nothing.
     *
     * @param config     how to work.
     * @param storage    of the journal.
     * @param store      of the snapshots.
     * @param durability makes the journal durable.
     * @param retention  run now and then.
     */
    @SuppressWarnings("ThreadPriorityCheck") // A hint where the system takes it; nothing relies on it.
    public Snapshotter(
            final SnapshotterConfig config,
            final SegmentStorage storage,
            final SnapshotStore store,
            final JournalDurability durability,
            final JournalRetention retention) {
        this.config = config;
        this.retention = retention;
        reopenPauseNanos = config.retry().toNanos();
        worker = new SnapshotWorker(config.everyCommands(), storage, store, durability);
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    /** Starts the thread. Once. */
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!stopping && !finished) {
                if (!attempt()) {
                    LockSupport.parkNanos(config.idlePoll().toNanos());
                }
            }
        } finally {
            worker.close();
        }
    }

    /** One step. An error, too little memory included, costs the replica and time; it is restored from the newest snapshot. */
    private boolean attempt() {
        try {
            if (worker.isOpen() || isTimeToOpen()) {
                return step();
            }
        } catch (final Throwable t) {
            // Whatever it is, the sale goes on; the journal has everything.
            dropped(t);
        }
        tidyIfDue(System.nanoTime());
        return false;
    }

    private boolean isTimeToOpen() throws IOException {
        if (!isFinishing() && System.nanoTime() - reopenAtNanos < 0) {
            return false;
        }
        worker.open();
        return true;
    }

    private void dropped(final Throwable t) {
        worker.close();
        final String what = "no snapshots for now: " + DatabaseErrors.line(t);
        final long now = System.nanoTime();
        if (!what.equals(trouble)) {
            LOG.warn("{}; begun again from the newest one later", what, t);
        }
        trouble = what;
        failed(now, what);
        reopenAtNanos = now + reopenPauseNanos;
        reopenPauseNanos = Math.min(
                2 * reopenPauseNanos, LONGEST_REOPEN_PAUSES * config.retry().toNanos());
        // A stop does not wait for another try.
        finished = isFinishing();
    }

    private boolean isFinishing() {
        return finishAt != Long.MAX_VALUE;
    }

    /** One look at the journal; true if there is more to do at once. */
    private boolean step() {
        final boolean worked = worker.collect() > 0;
        final boolean finishes = worker.appliedSequence() >= finishAt;
        if (finishes) {
            worker.keep();
        }
        final long now = System.nanoTime();
        if (worker.isDue() && (finishes || now - retryAtNanos >= 0)) {
            write(now);
        }
        finished = finishes;
        tidyIfDue(now);
        return worked;
    }

    private void tidyIfDue(final long now) {
        if (now - tidyAtNanos >= 0 && !isFinishing()) {
            tidy(now);
        }
    }

    private void write(final long now) {
        if (!config.hasRoom().getAsBoolean()) {
            failed(now, "too little disk space for a snapshot");
            return;
        }
        try {
            worker.write();
            trouble = null;
            reopenPauseNanos = config.retry().toNanos();
            // What it replaces can go.
            tidyAtNanos = now;
        } catch (final IOException | SnapshotFormatException e) {
            failed(now, "no snapshot: " + DatabaseErrors.line(e));
        }
    }

    private void tidy(final long now) {
        tidyAtNanos = now + config.tidyEvery().toNanos();
        try {
            retention.run();
            if (worker.isOpen() && !worker.isDue()) {
                trouble = null;
            }
        } catch (final Throwable t) {
            // Damage included: then nothing is deleted, and the next start says what it is.
            failed(now, "old segments cannot be deleted: " + DatabaseErrors.line(t));
        }
    }

    private void failed(final long now, final String what) {
        if (!what.equals(trouble)) {
            LOG.warn("{}; tried again later", what);
        }
        trouble = what;
        retryAtNanos = now + config.retry().toNanos();
    }

    /**
     * Asks for a last snapshot, so that the next start has nothing to replay. Any thread, once the journal has its last
     * command.
     *
     * @param sequence the journal's last.
     */
    public void finishAt(final long sequence) {
        finishAt = sequence;
        LockSupport.unpark(thread);
    }

    /**
     * Waits for what {@link #finishAt} asked for. Any thread.
     *
     * @param timeout after which to give up.
     * @return true if there is a snapshot of the journal's last command.
     */
    public boolean awaitFinished(final Duration timeout) {
        try {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, timeout.toNanos()));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return worker.snapshotSequence() >= finishAt;
    }

    /**
     * Of the newest snapshot. Any thread.
     *
     * @return 0 if there is none.
     */
    public long snapshotSequence() {
        return worker.snapshotSequence();
    }

    /**
     * What keeps snapshots or retention from working. Any thread.
     *
     * @return one line, or null if nothing does.
     */
    public String trouble() {
        return trouble;
    }

    /** Ends the thread within seconds; a snapshot that is due and not written is lost. Any thread; again does nothing. */
    @Override
    public void close() {
        close(CLOSE_PATIENCE);
    }

    /**
     * The same with a bound of the caller's. A thread that is still writing a large snapshot by then is left alone: the file
     * has no name yet and harms nobody.
     *
     * @param patience longest wait.
     */
    public void close(final Duration patience) {
        stopping = true;
        LockSupport.unpark(thread);
        try {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, patience.toNanos()));
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
