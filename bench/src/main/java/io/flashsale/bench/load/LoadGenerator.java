package io.flashsale.bench.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Runs one load from beginning to end. {@link #run()} is called once; {@link #stop()} by any thread.
 *
 * <p>A load ends after its checkouts or its duration; the codes that were received are then bought and the answers
 * awaited, for at most the drain time-out.
 */
public final class LoadGenerator {
    private final LoadConfig config;
    private final List<LoadWorker> workers = new ArrayList<>();
    private final LoadListeners listeners;
    private volatile boolean stopped;

    /**
     * A load without a listener.
     *
     * @param config what to do.
     */
    public LoadGenerator(final LoadConfig config) {
        this(config, LoadListener.NONE);
    }

    /**
     * A load whose requests and answers are told to a listener.
     *
     * @param config   what to do.
     * @param listener hears of them on the load threads.
     */
    public LoadGenerator(final LoadConfig config, final LoadListener listener) {
        this(config, listener, ExchangeListener.NONE);
    }

    /**
     * A load whose requests and answers are told to two listeners.
     *
     * @param config    what to do.
     * @param listener  hears of requests and answers on the load threads.
     * @param exchanges hears of requests that have ended, on the load threads.
     */
    public LoadGenerator(final LoadConfig config, final LoadListener listener, final ExchangeListener exchanges) {
        this.config = Objects.requireNonNull(config);
        listeners = new LoadListeners(listener, exchanges, new HighestSequence());
    }

    /**
     * Connects, sends, waits for the answers, closes. A server that cannot be reached is in the report, not an
     * exception.
     *
     * @return what was seen.
     * @throws IOException           if no selector can be opened.
     * @throws InterruptedException  if this thread is interrupted; the connections are closed first.
     * @throws IllegalStateException if the listener or the generator itself failed, or it ran before.
     */
    public LoadReport run() throws IOException, InterruptedException {
        try {
            open();
            return send();
        } finally {
            workers.forEach(LoadWorker::close);
        }
    }

    /** Ends the load early: no further checkouts, the rest as at any end. */
    public void stop() {
        stopped = true;
        synchronized (workers) {
            workers.forEach(LoadWorker::stop);
        }
    }

    /** What was seen so far, by any thread, while the load runs; empty before it does. */
    List<LiveCounts> live() {
        synchronized (workers) {
            return workers.stream().map(worker -> worker.recorder().live()).toList();
        }
    }

    private void open() throws IOException {
        synchronized (workers) {
            if (!workers.isEmpty()) {
                throw new IllegalStateException("a load runs once");
            }
            for (int thread = 0; thread < config.threads(); thread++) {
                workers.add(new LoadWorker(config, thread, listeners, this::stop));
            }
        }
        for (final LoadWorker worker : workers) {
            worker.connect();
        }
        if (stopped) {
            workers.forEach(LoadWorker::stop);
        }
    }

    private LoadReport send() throws InterruptedException {
        final long start = System.nanoTime();
        final List<Thread> threads = new ArrayList<>();
        for (final LoadWorker worker : workers) {
            worker.startAt(start);
            threads.add(new Thread(worker, "load-" + threads.size()));
        }
        final LoadPacer pacer = new LoadPacer(start, config.rate(), workers);
        final Thread pacing = new Thread(pacer, "load-pacer");
        threads.forEach(Thread::start);
        if (config.isOpenLoop()) {
            pacing.start();
        }
        try {
            for (final Thread thread : threads) {
                thread.join();
            }
        } finally {
            workers.forEach(LoadWorker::abort);
            pacing.interrupt();
            joinAll(threads, pacing);
        }
        return report(start, pacer.cpuNanos());
    }

    private LoadReport report(final long start, final long pacerCpuNanos) {
        final LoadRecorder total = new LoadRecorder();
        long elapsed = 0;
        long cpu = pacerCpuNanos;
        for (final LoadWorker worker : workers) {
            if (worker.failure() != null) {
                throw new IllegalStateException("a load thread failed", worker.failure());
            }
            total.add(worker.recorder());
            elapsed = Math.max(elapsed, worker.lastAnswer() - start);
            cpu += worker.cpuNanos();
        }
        return total.report(config, elapsed, cpu);
    }

    /** Leaves no thread behind, also when this one was interrupted. */
    private static void joinAll(final List<Thread> threads, final Thread pacing) {
        boolean interrupted = false;
        final List<Thread> all = new ArrayList<>(threads);
        all.add(pacing);
        for (final Thread thread : all) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (final InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
