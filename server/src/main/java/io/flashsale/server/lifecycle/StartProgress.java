package io.flashsale.server.lifecycle;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What the thread that starts the service and the thread that stops it know of each other. A stop may come at any moment of
 * the start.
 */
final class StartProgress {
    /** How far the start is. */
    enum State {
        /** Nothing was written yet. */
        READING,
        /** Told to stop before anything was written: there is nothing to take down. */
        NEVER_BEGUN,
        /** The journal is open, or about to be. */
        WRITING,
        /** All of it runs. */
        STARTED,
        /** Told to stop half-way: what runs is to be taken down. */
        HALF_STARTED,
        /** It failed, and has taken down what ran. */
        FAILED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.READING);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean stopRequested;

    /** By the start: gives up if a stop was asked for. */
    void check(final String phase) {
        if (stopRequested) {
            throw new StopRequestedException(phase);
        }
    }

    /** By the start: from here on a stop has something to take down, and waits for the start to end. */
    void beginToWrite() {
        if (!state.compareAndSet(State.READING, State.WRITING)) {
            throw new StopRequestedException("recovery");
        }
    }

    /** By the start: it goes no further. */
    void end(final State last) {
        if (state.get() != State.NEVER_BEGUN) {
            state.set(last);
        }
        ended.countDown();
    }

    boolean isStopRequested() {
        return stopRequested;
    }

    /**
     * By the stop: has the start give up, and waits until it goes no further, unless it has written nothing.
     *
     * @return how far it came: NEVER_BEGUN, STARTED, HALF_STARTED or FAILED.
     */
    State requestStop() throws InterruptedException {
        stopRequested = true;
        if (state.compareAndSet(State.READING, State.NEVER_BEGUN)) {
            return State.NEVER_BEGUN;
        }
        ended.await();
        return state.get();
    }
}
