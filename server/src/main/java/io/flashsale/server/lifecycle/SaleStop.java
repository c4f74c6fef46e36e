package io.flashsale.server.lifecycle;

import io.flashsale.server.pipeline.FailStop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stop of the service, step by step, as {@link #run} lists them; each does nothing if the start did not come that far.
 *
 * <p>The drain time is for work: commands are decided, clients take their answers, the last snapshot is written, PostgreSQL
 * catches up. Clients get at most half of what is left when the last command is decided, so that one that reads slowly does
 * not cost the others theirs. {@link #BEYOND_DRAIN} is for closing, whatever the drain time is.
 *
 * <p>For one thread, once.
 */
final class SaleStop {
    /** A stop takes no longer than the drain time and this. */
    static final Duration BEYOND_DRAIN = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(SaleStop.class);

    /** What a step may take to close, even if no drain time is left; a part of {@link #BEYOND_DRAIN}. */
    private static final Duration CLOSING = Duration.ofSeconds(3);
    /** The same for a snapshot, which can be abandoned at any moment. */
    private static final Duration SNAPSHOT_CLOSING = Duration.ofMillis(500);
    /** Even without a drain time, commands that were taken are answered if that is a matter of moments. */
    private static final Duration LEAST = Duration.ofMillis(250);

    private final SaleParts parts;
    private final long deadline;
    private volatile String step = "waiting for the start to end";
    private volatile boolean journalEnded;

    /** Halts a process that does not end; null while there is no limit. */
    private Thread limit;

    /**
     * Assigns; the drain time runs.
     *
     * @param parts what to take down.
     * @param drain how long work may go on.
     */
    SaleStop(final SaleParts parts, final Duration drain) {
        this.parts = parts;
        deadline = System.nanoTime() + drain.toNanos();
    }

    /** A step of the stop. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    /** Takes everything down. A step that fails does not keep the others from being taken. */
    void run() {
        step("ending the collections", this::closeCollector);
        step("answering what is in flight", this::answer);
        step("closing the ports", this::closeHttp);
        step("finishing the commands in the ring", this::closePipeline);
        step("ending the journal", this::endJournal);
        step("writing the last snapshot", this::finishSnapshots);
        step("letting PostgreSQL catch up", this::finishProjection);
        step("closing the snapshots", this::closeSnapshots);
        step("stopping the projector and PostgreSQL", this::closeDatabase);
        step("unlocking the data directory", this::unlock);
        if (limit != null) {
            limit.interrupt();
        }
    }

    private void step(final String name, final Step action) {
        step = name;
        try {
            action.run();
        } catch (final Throwable t) {
            // An Error, too: the journal's clean end is still to come.
            LOG.error("{} failed", name, t);
        }
    }

    private void closeCollector() {
        if (parts.quietCollector != null) {
            parts.quietCollector.close();
        }
    }

    private void answer() {
        parts.draining = true;
        if (parts.http == null || !parts.http.isStarted()) {
            return;
        }
        parts.http.drain();
        if (!parts.http.awaitDecided(atLeast(LEAST, left()))) {
            LOG.warn("stopping although commands wait for their outcome; they are decided and journaled, not answered");
        }
        if (!parts.http.awaitIdle(atLeast(LEAST, left().dividedBy(2)))) {
            LOG.warn("stopping although clients are still taking their answers");
        }
    }

    private void closeHttp() {
        if (parts.http != null) {
            parts.http.close();
        }
    }

    private void closePipeline() {
        if (parts.pipeline != null) {
            parts.pipeline.close(left().plus(CLOSING));
        }
    }

    private void endJournal() {
        if (parts.keeper != null) {
            parts.keeper.close();
        }
        if (parts.journal != null) {
            parts.journal.close();
        }
        journalEnded = true;
    }

    private void finishSnapshots() {
        if (parts.snapshotter == null) {
            return;
        }
        parts.snapshotter.finishAt(parts.journal.appendedSequence());
        if (!parts.snapshotter.awaitFinished(left())) {
            LOG.info("stopping without a last snapshot; the next start replays a little more");
        }
    }

    private void finishProjection() {
        if (parts.database != null && !parts.database.awaitSequence(parts.journal.appendedSequence(), left())) {
            LOG.warn("stopping while PostgreSQL is behind the journal; the next start catches up");
        }
    }

    private void closeSnapshots() {
        if (parts.snapshotter != null) {
            parts.snapshotter.close(SNAPSHOT_CLOSING);
        }
    }

    private void closeDatabase() {
        if (parts.database != null) {
            parts.database.close(left());
        }
    }

    private void unlock() {
        if (parts.projectorLock != null) {
            parts.projectorLock.close();
        }
        if (parts.directoryLock != null) {
            parts.directoryLock.close();
        }
    }

    private Duration left() {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    private static Duration atLeast(final Duration least, final Duration duration) {
        return duration.compareTo(least) < 0 ? least : duration;
    }

    /** Has the process halted if the stop has not ended when it must: something hangs, a disk most likely. */
    void limit() {
        limit = new Thread(this::haltAtLimit, "sale-stop-limit");
        limit.setDaemon(true);
        limit.start();
    }

    private void haltAtLimit() {
        try {
            TimeUnit.NANOSECONDS.sleep(left().plus(BEYOND_DRAIN).toNanos());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        try {
            LOG.error(
                    "the stop took too long while {}: the process ends here, {}",
                    step,
                    journalEnded ? "with the journal complete" : "and the next start recovers from the journal");
        } finally {
            Runtime.getRuntime().halt(journalEnded ? 0 : FailStop.EXIT_CODE);
        }
    }
}
