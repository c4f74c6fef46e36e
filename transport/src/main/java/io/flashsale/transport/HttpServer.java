package io.flashsale.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The HTTP server: the service's port and the admin port.
 *
 * <p>Life: constructed, {@link #start() started}, optionally {@link #drain() drained} and {@link #awaitIdle awaited},
 * {@link #close() closed}. The life-cycle methods are called by one thread, which is not an event loop.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class HttpServer implements AutoCloseable {
    /**
     * Assigns; nothing is opened before {@link #start()}.
     *
     * @param config    settings.
     * @param commands  takes commands, on event loops.
     * @param board     the open sale's figures.
     * @param admission whether commands are taken; asked for every command, on event loops.
     * @param health    composes the health report.
     * @param metrics   renders the metrics.
     */
    public HttpServer(
            final TransportConfig config,
            final CommandSink commands,
            final SaleBoard board,
            final Supplier<Admission> admission,
            final HealthSource health,
            final MetricsSource metrics) {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * Where outcomes go. Usable before {@link #start()}.
     *
     * @return sink for the pipeline's response thread.
     */
    public AnswerSink answers() {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * Opens both ports. When it fails, nothing stays open.
     *
     * @throws IOException if a port cannot be opened; its message names the address.
     */
    public void start() throws IOException {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * The service's port.
     *
     * @return as bound.
     */
    public int port() {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * The port of health and metrics.
     *
     * @return as bound.
     */
    public int adminPort() {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * What was counted.
     *
     * @return counters, readable by any thread.
     */
    public TransportCounters counters() {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * Stops taking work: the service's port is closed, idle connections are closed, a request that still arrives gets
     * 503 and its connection closes. What is in flight is answered. The admin port goes on until {@link #close()}.
     */
    public void drain() {
        throw new UnsupportedOperationException("not yet");
    }

    /**
     * Waits, after {@link #drain()}, until every command is answered and every answer is handed to the kernel.
     *
     * @param timeout longest wait.
     * @return false if it was not enough.
     */
    public boolean awaitIdle(final Duration timeout) {
        throw new UnsupportedOperationException("not yet");
    }

    /** Closes all connections and both ports, and stops the event loops. Answers that come later are dropped. */
    @Override
    public void close() {
        throw new UnsupportedOperationException("not yet");
    }
}
