package io.flashsale.bench.load;

import io.flashsale.bench.process.EndHook;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes Ctrl+C (and TERM) end a load in order: it is told to stop, and the process waits until the figures so far are
 * written. The JVM then ends with 130 (143), whatever the load would have ended with.
 */
final class InterruptGuard implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final CountDownLatch written = new CountDownLatch(1);
    private LoadGenerator running;
    private boolean interrupted;
    private EndHook hook;

    InterruptGuard() {}

    InterruptGuard install() {
        hook = EndHook.add("load-interrupt", this::onSignal);
        return this;
    }

    /** The load to stop; one that comes after the signal is stopped at once. */
    synchronized void guard(final LoadGenerator generator) {
        running = generator;
        if (interrupted) {
            generator.stop();
        }
    }

    synchronized boolean isInterrupted() {
        return interrupted;
    }

    private void onSignal() {
        synchronized (this) {
            interrupted = true;
            if (running != null) {
                running.stop();
            }
        }
        try {
            if (!written.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("flash-sale load: no end after " + PATIENCE_SECONDS + " s; the figures are lost");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything is written. */
    @Override
    public void close() {
        written.countDown();
        hook.close();
    }
}
