package io.flashsale.bench.machine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * Pauses of threads that only look at the clock, one for each CPU: nobody asked for them, so they are the machine's, its
 * hypervisor's, or somebody else's on it. After jHiccup, by Gil Tene.
 */
final class CpuPauses {
    private CpuPauses() {}

    /**
     * Measures.
     *
     * @param time    how long to look.
     * @param threads how many.
     * @return a pause of a thread is an entry, in nanoseconds; what passes between two looks usually is one, too.
     */
    static Histogram measure(final Duration time, final int threads) throws InterruptedException {
        final ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            final List<Callable<Histogram>> watchers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                watchers.add(() -> watch(time));
            }
            final Histogram sum = new Histogram(2);
            for (final Future<Histogram> watched : executor.invokeAll(watchers)) {
                sum.add(watched.get());
            }
            return sum;
        } catch (final ExecutionException e) {
            throw new IllegalStateException("a watching thread failed: " + e.getCause(), e);
        } finally {
            executor.shutdownNow();
        }
    }

    private static Histogram watch(final Duration time) {
        final Histogram gaps = new Histogram(2);
        final long end = System.nanoTime() + time.toNanos();
        long before = System.nanoTime();
        while (before - end < 0) {
            final long now = System.nanoTime();
            gaps.recordValue(now - before);
            before = now;
        }
        return gaps;
    }
}
