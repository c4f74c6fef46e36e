package io.flashsale.journal;

import java.io.IOException;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a journal needs done beside appending: filling space ahead, preparing the next segment, syncing at the interval. An
 * Agrona agent: run it with an {@code AgentRunner}, or call {@link #doWork()} by hand. For one thread.
 *
 * <p>A failed sync reaches the owner through the journal's failure handler, and is thrown. A failed fill is no failure: the
 * journal goes on as far as there is space, {@link JournalWriter#hasRoom()} says no, and the keeper tries again.
 */
public final class JournalKeeper implements Agent {
    /** Filled and synced in one step: short enough not to hold up a sync of the journal's for long. */
    static final long FILL_STEP_BYTES = 4L * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(JournalKeeper.class);
    private static final long RETRY_NANOS = 100_000_000L;

    private final JournalWriter journal;
    private final JournalConfig config;
    private NanoClock clock = SystemNanoClock.INSTANCE;
    private long lastSyncNanos;
    private long retryAtNanos;
    private boolean waitsForSpace;
    private String loggedTrouble;
    private long loggedSegment;
    private volatile String spaceTrouble;

    JournalKeeper(final JournalWriter journal, final JournalConfig config) {
        this.journal = journal;
        this.config = config;
        lastSyncNanos = clock.nanoTime();
    }

    /**
     * Replaces the clock, before the first {@link #doWork()}.
     *
     * @param nanoClock monotonic.
     * @return this.
     */
    public JournalKeeper clock(final NanoClock nanoClock) {
        clock = nanoClock;
        lastSyncNanos = nanoClock.nanoTime();
        return this;
    }

    @Override
    public int doWork() {
        final long now = clock.nanoTime();
        int work = syncIfDue(now);
        if (!waitsForSpace || now - retryAtNanos >= 0) {
            work += makeSpace(now);
        }
        return work;
    }

    private int syncIfDue(final long now) {
        if (config.syncPolicy() != SyncPolicy.INTERVAL || now - lastSyncNanos < config.syncIntervalNanos()) {
            return 0;
        }
        lastSyncNanos = now;
        if (journal.durableSequence() >= journal.appendedSequence()) {
            return 0;
        }
        journal.sync();
        return 1;
    }

    private int makeSpace(final long now) {
        try {
            final boolean worked = journal.makeSpace();
            waitsForSpace = false;
            spaceTrouble = null;
            return worked ? 1 : 0;
        } catch (final IOException e) {
            waitsForSpace = true;
            retryAtNanos = now + RETRY_NANOS;
            spaceTrouble = String.valueOf(e.getMessage());
            log(spaceTrouble);
            return 0;
        }
    }

    /** Once a segment, although it is tried again ten times a second, and other steps may succeed in between. */
    private void log(final String trouble) {
        if (!trouble.equals(loggedTrouble) || journal.segment() != loggedSegment) {
            LOG.warn("the journal cannot make space ahead, and tries again: {}", trouble);
            loggedTrouble = trouble;
            loggedSegment = journal.segment();
        }
    }

    /**
     * Why space could not be made. From any thread.
     *
     * @return null if there is no trouble.
     */
    public String spaceTrouble() {
        return spaceTrouble;
    }

    @Override
    public String roleName() {
        return "journal-keeper";
    }
}
