package io.flashsale.projector;

import io.flashsale.journal.JournalCorruptException;
import io.flashsale.journal.JournalException;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.projector.ProjectorStatus.State;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.concurrent.SystemNanoClock;
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
    private static final Duration LEAST_CLOSE_PATIENCE = Duration.ofMillis(500);
    /** Longer than statements take; who looks should know. */
    private static final Duration NOTICED_SILENCE = Duration.ofSeconds(5);

    private static final long WATCH_MILLIS = 250;

    private final ProjectorConfig config;
    private final ProjectionWorker worker;
    private final SaleYield saleYield;
    private final Thread thread;
    private final Thread watch;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long backoffNanos;
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
        worker = new ProjectionWorker(config, ProjectionPorts.of(config, storage, durability, steps), this::isStopping);
        saleYield = new SaleYield(config.journaled(), SystemNanoClock.INSTANCE);
        thread = new Thread(this::run, "projector");
        thread.setDaemon(true);
        watch = new Thread(this::watch, "projector-watch");
        watch.setDaemon(true);
    }

    /** Starts the threads. Once. */
    public void start() {
        thread.start();
        watch.start();
    }

    /**
     * Gives up a connection on which PostgreSQL says nothing for too long. A socket's own time-out covers reads only, and a
     * COPY writes: to a server that hangs it would write for ever, since the kernel keeps the connection alive.
     */
    private void watch() {
        try {
            while (thread.isAlive()) {
                if (worker.silentNanos() > config.silence().toNanos()) {
                    worker.abort(Projector::onThread);
                }
                TimeUnit.MILLISECONDS.timedJoin(thread, WATCH_MILLIS);
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Closing the socket of a server that hangs may itself hang. */
    private static void onThread(final Runnable task) {
        final Thread aborting = new Thread(task, "projector-abort");
        aborting.setDaemon(true);
        aborting.start();
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
            if (t instanceof ProjectionException) {
                // The line says what to mend; where in the program it was noticed helps nobody.
                LOG.error("the projector stops: {}", lastError);
            } else {
                LOG.error("the projector stops: {}", lastError, t);
            }
            become(State.STOPPED_BY_ERROR);
        } finally {
            worker.close();
        }
    }

    private void work() {
        backoffNanos = config.firstBackoff().toNanos();
        while (!isStopping()) {
            try {
                if (step()) {
                    backoffNanos = config.firstBackoff().toNanos();
                }
            } catch (final JournalCorruptException e) {
                // It has to be mended.
                throw e;
            } catch (final JournalException | OutOfMemoryError e) {
                // Such as too many open files, or no direct memory: wherever a read meets it, it may pass.
                beginAgain(e);
            } catch (final SQLException e) {
                if (isStopping()) {
                    return;
                }
                if (DatabaseErrors.isPermanent(e)) {
                    throw new ProjectionException(DatabaseErrors.line(e), e);
                }
                failed(e);
                backOff();
            }
        }
    }

    private void backOff() {
        pause(backoffNanos);
        backoffNanos = Math.min(2 * backoffNanos, config.longestBackoff().toNanos());
    }

    /** What was lost is in the journal, and the database knows through where it has the rows. */
    private void beginAgain(final Throwable failure) {
        worker.forget();
        final String line = DatabaseErrors.line(failure);
        if (!line.equals(lastError)) {
            LOG.warn("no projection for now, beginning again: {}", line, failure);
        }
        lastError = line;
        become(State.RETRYING);
        backOff();
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
        if (isInterrupted(state)) {
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

    private static boolean isInterrupted(final State state) {
        return switch (state) {
            case STARTING, WAITING_FOR_DATABASE, WAITING_FOR_SPACE, RETRYING -> true;
            default -> false;
        };
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
        saleYield.begin();
        if (worker.write()) {
            lastError = null;
            become(afterwards);
            saleYield.end();
            yieldToSale();
            return true;
        }
        lastError = "another projector writes to this database, or a backup of it was restored";
        LOG.warn("{}: going on from sequence {}", lastError, worker.projectedSequence());
        become(State.CATCHING_UP);
        pause(config.firstBackoff().toNanos());
        return false;
    }

    private void yieldToSale() {
        long pause = saleYield.pauseNanos(worker.projectedSequence());
        while (pause > 0 && !isStopping()) {
            pause(pause);
            pause = saleYield.pauseNanos(worker.projectedSequence());
        }
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
        final long silent = worker.silentNanos();
        if (silent > NOTICED_SILENCE.toNanos() && thread.isAlive()) {
            return new ProjectorStatus(
                    State.WAITING_FOR_DATABASE,
                    worker.projectedSequence(),
                    worker.lastReadSequence(),
                    "PostgreSQL has not answered for " + TimeUnit.NANOSECONDS.toSeconds(silent) + " s");
        }
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

    /** As {@link #close(Duration)} with three seconds. */
    @Override
    public void close() {
        close(CLOSE_PATIENCE);
    }

    /**
     * Stops, PostgreSQL reachable or not. What is not committed is written by the next start. Any thread; again does nothing.
     *
     * @param patience for the transaction at hand, three seconds at most and half a second at least; then its connection is
     *     given up, and half a second later the thread, if PostgreSQL hangs while it is connected to.
     */
    public void close(final Duration patience) {
        stopping = true;
        LockSupport.unpark(thread);
        if (!joined(atMost(CLOSE_PATIENCE, patience))) {
            // A call to PostgreSQL hangs.
            worker.abort(Projector::onThread);
            if (!joined(LEAST_CLOSE_PATIENCE)) {
                LOG.warn("PostgreSQL does not answer: the projector ends without it");
            }
        }
        if (state != State.STOPPED_BY_ERROR) {
            become(State.STOPPED);
        }
    }

    private static Duration atMost(final Duration limit, final Duration wanted) {
        final Duration least = wanted.compareTo(LEAST_CLOSE_PATIENCE) < 0 ? LEAST_CLOSE_PATIENCE : wanted;
        return least.compareTo(limit) > 0 ? limit : least;
    }

    private boolean joined(final Duration patience) {
        final long deadline = System.nanoTime() + patience.toNanos();
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
