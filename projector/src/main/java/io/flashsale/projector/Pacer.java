package io.flashsale.projector;

import java.util.concurrent.locks.LockSupport;

/** The port to the monotonic clock that the projector paces itself by. It decides how soon rows are written, never which. */
public interface Pacer {
    /** The system's. */
    Pacer SYSTEM = new Pacer() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void pause(final long nanos) {
            LockSupport.parkNanos(nanos);
        }
    };

    /**
     * The time.
     *
     * @return nanoseconds since some moment.
     */
    long nanoTime();

    /**
     * Lets time pass; may return early.
     *
     * @param nanos to wait.
     */
    void pause(long nanos);
}
