package io.flashsale.bench.simulation;

import io.flashsale.journal.SimulatedSegmentStorage;

/**
 * One disk: the journal's segments and the small files beside them, with the faults that they share. A crash is thrown as
 * {@link SimulatedSegmentStorage.Crash} from whatever operation it comes in. For one thread.
 */
final class SimulatedDisk {
    private static final int SLOW_SYNC_MILLIS = 700;

    private final SimulatedTime time;
    private final SimulationRandom random;
    private final SimulatedSegmentStorage segments;
    private final SimulatedFiles files;
    private boolean full;
    private boolean failing;
    private boolean slow;

    SimulatedDisk(final SimulatedTime time, final SimulationRandom random) {
        this.time = time;
        this.random = random;
        segments = new SimulatedSegmentStorage(random);
        segments.beforeSync(this::takeTime);
        files = new SimulatedFiles(this, random);
    }

    SimulatedSegmentStorage segments() {
        return segments;
    }

    SimulatedFiles files() {
        return files;
    }

    private void takeTime() {
        if (slow) {
            time.advance(random.below(SLOW_SYNC_MILLIS) * SimulatedTime.NANOS_PER_MILLI);
        }
    }

    /** One operation of the process: it may end in it. */
    void operation() {
        segments.crashIfDue();
    }

    /** Ends the process in the n-th operation from now. */
    void crashAfter(final int operations) {
        segments.crashAfter(operations);
    }

    void losePower() {
        segments.losePower();
        files.losePower();
    }

    void full(final boolean isFull) {
        full = isFull;
        segments.fillUp(isFull);
    }

    boolean isFull() {
        return full;
    }

    void failing(final boolean isFailing) {
        failing = isFailing;
        segments.failSyncs(isFailing);
    }

    boolean isFailing() {
        return failing;
    }

    void slow(final boolean isSlow) {
        slow = isSlow;
    }

    boolean isSlow() {
        return slow;
    }

    boolean failsSync() {
        takeTime();
        return failing;
    }
}
