package io.flashsale.bench.drill;

import io.flashsale.bench.load.ExchangeListener;
import io.flashsale.bench.load.LoadConfig;
import io.flashsale.bench.load.LoadGenerator;
import io.flashsale.bench.load.LoadListener;
import io.flashsale.bench.load.LoadReport;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A load that runs while a drill does something to the service. For one thread. */
public final class BackgroundLoad implements AutoCloseable {
    private final LoadGenerator generator;
    private final FutureTask<LoadReport> task;
    private final Thread thread;

    private BackgroundLoad(final LoadGenerator generator) {
        this.generator = generator;
        task = new FutureTask<>(generator::run);
        thread = new Thread(task, "background-load");
    }

    /**
     * Starts a load.
     *
     * @param config   of the load.
     * @param listener hears of every answer.
     * @return the running load.
     */
    public static BackgroundLoad start(final LoadConfig config, final LoadListener listener) {
        return start(config, listener, ExchangeListener.NONE);
    }

    /**
     * Starts a load.
     *
     * @param config    of the load.
     * @param listener  hears of every answer.
     * @param exchanges hears of every request that has ended.
     * @return the running load.
     */
    public static BackgroundLoad start(
            final LoadConfig config, final LoadListener listener, final ExchangeListener exchanges) {
        final BackgroundLoad load = new BackgroundLoad(new LoadGenerator(config, listener, exchanges));
        load.thread.start();
        return load;
    }

    /** Whether it still runs. */
    public boolean isRunning() {
        return thread.isAlive();
    }

    /** Asks it to send no more checkouts. */
    public void stop() {
        generator.stop();
    }

    /**
     * Waits for its end.
     *
     * @param timeout longest wait.
     * @return what it measured.
     * @throws InterruptedException if interrupted.
     * @throws ExecutionException   if the load failed.
     * @throws TimeoutException     if it took longer.
     */
    public LoadReport report(final Duration timeout) throws InterruptedException, ExecutionException, TimeoutException {
        return task.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        generator.stop();
        thread.interrupt();
    }
}
