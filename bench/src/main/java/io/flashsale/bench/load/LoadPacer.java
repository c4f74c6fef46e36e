package io.flashsale.bench.load;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Wakes the load threads when a request is due. A selector waits in milliseconds, a parked thread in some tens of
 * microseconds: without this one, a client would be late by more than a good answer takes. Ends when interrupted.
 */
final class LoadPacer implements Runnable {
    /** Requests that are due closer together are sent together: a wake-up costs more than it is worth. */
    private static final long LEAST_WAIT_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private static final double NANOS_PER_SECOND = 1e9;

    private final long startNanos;
    private final double nanosPerRequest;
    private final List<LoadWorker> workers;
    private volatile long cpuNanos;

    LoadPacer(final long startNanos, final double rate, final List<LoadWorker> workers) {
        this.startNanos = startNanos;
        this.nanosPerRequest = NANOS_PER_SECOND / rate;
        this.workers = List.copyOf(workers);
    }

    @Override
    public void run() {
        while (!Thread.currentThread().isInterrupted()) {
            final long now = System.nanoTime();
            for (int i = 0; i < workers.size(); i++) {
                workers.get(i).wakeIfDue(now);
            }
            LockSupport.parkNanos(Math.max(LEAST_WAIT_NANOS, nextPlanned(now) - System.nanoTime()));
        }
        cpuNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** Processor time; known when this has ended. */
    long cpuNanos() {
        return cpuNanos;
    }

    private long nextPlanned(final long now) {
        final double planned = Math.floor((now - startNanos) / nanosPerRequest) + 1;
        return startNanos + (long) Math.ceil(planned * nanosPerRequest);
    }
}
