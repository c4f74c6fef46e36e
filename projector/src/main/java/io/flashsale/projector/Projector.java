package io.flashsale.projector;

import io.flashsale.journal.SegmentStorage;
import io.flashsale.projector.ProjectorStatus.State;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the journal to PostgreSQL on a thread of its own, and goes on doing so whatever PostgreSQL does. What it needs it
 * reads from the journal; nobody waits for it.
 *
 * <p>Each transaction takes the rows of a run of commands and the progress that they stand for, and only if the progress
 * was where the last transaction left it. Before COMMIT the journal is made durable through the last command, and a
 * {@link ProjectionMark} is written.
 *
 * <p>Errors that pass are tried again; others stop the projector and nothing else: see {@link #status()}.
 */
public final class Projector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Projector.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);

    private final ProjectorConfig config;
    private final ProjectionWorker worker;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile State state = State.STARTING;
    private volatile String lastError;
    private volatile boolean stopping;

    /**
     * Assigns; opens nothing and starts nothing.
     *
     * @param config     how to work.
     * @param storage    of the journal.
     * @param durability makes the journal durable.
     */
    public Projector(final ProjectorConfig config, final SegmentStorage storage, final JournalDurability durability) {
        this(config, storage, durability, ProjectorSteps.NONE);
    }

    Projector(
            final ProjectorConfig config,
            final SegmentStorage storage,
            final JournalDurability durability,
            final ProjectorSteps steps) {
        this.config = config;
        worker = new ProjectionWorker(config, storage, durability, steps, this::isStopping);
        thread = new Thread(this::run, "projector");
        thread.setDaemon(true);
    }

    /** Starts the thread. Once. */
    public void start() {
        thread.start();
    }

    private boolean isStopping() {
        return stopping || thread.isInterrupted();
    }

    private void run() {
        try {
            work();
            become(State.STOPPED);
        } catch (final Throwable t) {
            // Nothing that happens here may reach the sale, a bug included.
            lastError = DatabaseErrors.line(t);
            LOG.error("the projector stops: {}", lastError, t);
            become(State.STOPPED_BY_ERROR);
        } finally {
            worker.close();
        }
    }

    private void work() {
        long backoffNanos = config.firstBackoff().toNanos();
        while (!isStopping()) {
            try {
                if (step()) {
                    backoffNanos = config.firstBackoff().toNanos();
                }
            } catch (final SQLException e) {
                if (isStopping()) {
                    return;
                }
                if (DatabaseErrors.isPermanent(e)) {
                    throw new ProjectionException(DatabaseErrors.line(e), e);
                }
                failed(e);
                pause(backoffNanos);
                backoffNanos =
                        Math.min(2 * backoffNanos, config.longestBackoff().toNanos());
            }
        }
    }

    private void failed(final SQLException e) {
        worker.disconnect();
        final String line = DatabaseErrors.line(e);
        if (!line.equals(lastError)) {
            LOG.warn("no projection for now, trying again: {}", line);
        }
        lastError = line;
        become(State.WAITING_FOR_DATABASE);
    }

    /** One look at the journal and, if it is time, one transaction. True if there was one. */
    private boolean step() throws SQLException {
        if (!config.hasRoom().getAsBoolean()) {
            waitForSpace();
            return false;
        }
        if (!worker.connect()) {
            pause(config.idlePoll().toNanos());
            return false;
        }
        if (state == State.STARTING || state == State.WAITING_FOR_DATABASE || state == State.WAITING_FOR_SPACE) {
            LOG.info("projecting to {} from sequence {}", config.database(), worker.projectedSequence());
            become(State.CATCHING_UP);
        }
        if (worker.isLarge()) {
            return write(State.CATCHING_UP);
        }
        if (worker.batchIsOlderThan(config.batchTime().toNanos())) {
            return write(State.RUNNING);
        }
        if (worker.collect() > 0) {
            return false;
        }
        if (worker.batchIsOlderThan(config.linger().toNanos())) {
            return write(State.RUNNING);
        }
        if (!worker.hasBatch() && state != State.RUNNING) {
            lastError = null;
            become(State.RUNNING);
        }
        pause(config.idlePoll().toNanos());
        return false;
    }

    private void waitForSpace() {
        if (state != State.WAITING_FOR_SPACE) {
            lastError = "the disk is nearly full: what is left is the journal's";
            LOG.warn("{}; the projector waits", lastError);
            become(State.WAITING_FOR_SPACE);
        }
        pause(config.firstBackoff().toNanos());
    }

    private boolean write(final State afterwards) throws SQLException {
        if (worker.write()) {
            lastError = null;
            become(afterwards);
            return true;
        }
        lastError = "another projector writes to this database, or a backup of it was restored";
        LOG.warn("{}: going on from sequence {}", lastError, worker.projectedSequence());
        become(State.CATCHING_UP);
        pause(config.firstBackoff().toNanos());
        return false;
    }

    private void pause(final long nanos) {
        final long deadline = System.nanoTime() + nanos;
        while (!isStopping() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(deadline - System.nanoTime());
        }
    }

    private void become(final State next) {
        lock.lock();
        try {
            state = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * How it does. Any thread.
     *
     * @return a snapshot.
     */
    public ProjectorStatus status() {
        return new ProjectorStatus(state, worker.projectedSequence(), worker.lastReadSequence(), lastError);
    }

    /**
     * Waits until PostgreSQL has the rows of everything through a sequence. Any thread.
     *
     * @param sequence of the journal.
     * @param timeout  after which to give up.
     * @return false if it took longer, the projector stopped, or the caller was interrupted.
     */
    public boolean awaitSequence(final long sequence, final Duration timeout) {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (worker.projectedSequence() < sequence) {
                if (left <= 0 || state == State.STOPPED || state == State.STOPPED_BY_ERROR) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Stops within about six seconds, PostgreSQL reachable or not. What is not committed is written by the next start.
     * Any thread; again does nothing.
     */
    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        if (!joined()) {
            // A call to PostgreSQL hangs.
            worker.abort(Runnable::run);
            if (!joined()) {
                LOG.warn("the projector's thread does not end");
            }
        }
        if (state != State.STOPPED_BY_ERROR) {
            become(State.STOPPED);
        }
    }

    private boolean joined() {
        final long deadline = System.nanoTime() + CLOSE_PATIENCE.toNanos();
        boolean interrupted = false;
        while (thread.isAlive() && System.nanoTime() - deadline < 0) {
            try {
                TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }
}
