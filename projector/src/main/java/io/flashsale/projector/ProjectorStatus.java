package io.flashsale.projector;

/**
 * How a projector does, at a moment.
 *
 * @param state             what it is at.
 * @param projectedSequence through which PostgreSQL is known to have the rows.
 * @param lastReadSequence  through which it has read the journal.
 * @param lastError         one line, or null if there was none since the last commit.
 */
public record ProjectorStatus(State state, long projectedSequence, long lastReadSequence, String lastError) {

    /** What a projector is at. */
    public enum State {
        /** Not connected for the first time yet. */
        STARTING,
        /** There is more in the journal than a transaction takes in. */
        CATCHING_UP,
        /** PostgreSQL has what the journal has. */
        RUNNING,
        /** The disk is nearly full, and what is left is the journal's. */
        WAITING_FOR_SPACE,
        /** PostgreSQL is away, and tried again with growing pauses; or it is there and does not answer. */
        WAITING_FOR_DATABASE,
        /** Memory or a read of the journal failed: it begins again from a snapshot, with growing pauses. */
        RETRYING,
        /** Something has to be mended first; see the last error. */
        STOPPED_BY_ERROR,
        /** Closed. */
        STOPPED
    }

    /**
     * Whether nobody needs to look.
     *
     * @return true while starting, catching up or running.
     */
    public boolean isHealthy() {
        return state == State.STARTING || state == State.CATCHING_UP || state == State.RUNNING;
    }
}
