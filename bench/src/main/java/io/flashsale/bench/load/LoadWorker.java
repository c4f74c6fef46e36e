package io.flashsale.bench.load;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One load thread: a selector, some of the connections, a part of the attempts or of the rate.
 *
 * <p>{@link #connect} runs on the thread that starts the load, before {@link #run}, so that connecting is not
 * measured. {@link #stop}, {@link #abort} and {@link #wakeIfDue} may be called by any thread, the rest by one at a time.
 */
final class LoadWorker implements Runnable {
    private static final long NEVER = Long.MAX_VALUE;
    private static final int READ_BUFFER = 64 * 1024;

    private final LoadConfig config;
    private final Runnable onFailure;
    private final Selector selector;
    private final Consumer<SelectionKey> onSelected = this::onSelected;
    private final ByteBuffer readBuffer = ByteBuffer.allocate(READ_BUFFER);
    private final LoadConnection[] connections;
    private final LoadRecorder recorder = new LoadRecorder();
    private final LoadTraffic traffic;
    private final OpenLoop openLoop;
    private final ConnectionKeeper keeper;

    private boolean started;
    private long deadline;
    private long drainDeadline;
    private long lastAnswer;
    private long cpuNanos;
    private Throwable failure;
    private volatile boolean stopRequested;
    private volatile boolean aborted;
    private volatile long wakeAt = NEVER;

    LoadWorker(final LoadConfig config, final int thread, final LoadListeners listeners, final Runnable onFailure)
            throws IOException {
        this.config = config;
        this.onFailure = onFailure;
        final RequestEncoder encoder = new RequestEncoder(config.target());
        connections = new LoadConnection[(int) share(config.connections(), thread, config.threads())];
        for (int i = 0; i < connections.length; i++) {
            connections[i] = new LoadConnection(i, config.depth(), encoder.maxLength());
        }
        traffic = new LoadTraffic(config, thread, encoder, recorder, listeners);
        openLoop = config.isOpenLoop() ? new OpenLoop(config, thread, connections.length, traffic, recorder) : null;
        selector = Selector.open();
        keeper = new ConnectionKeeper(config, connections, selector, traffic, recorder, this::proceed);
    }

    /** The part of a total that a thread has: parts differ by one at most, and add up. */
    static long share(final long total, final int thread, final int threads) {
        return total / threads + (thread < total % threads ? 1 : 0);
    }

    /** Opens the connections, and returns when each is open or has failed. */
    void connect() throws IOException {
        keeper.openAll(System.nanoTime());
        while (keeper.isAnyConnecting()) {
            selector.select(onSelected, TimeUnit.NANOSECONDS.toMillis(ConnectionKeeper.TEND_NANOS));
            keeper.tend(System.nanoTime());
        }
    }

    /** Sets the time from which to send. To be called before {@link #run}. */
    void startAt(final long startNanos) {
        lastAnswer = startNanos;
        started = true;
        deadline = config.duration().isZero()
                ? startNanos + NEVER / 2
                : startNanos + config.duration().toNanos();
        if (openLoop != null) {
            openLoop.startAt(startNanos);
        }
    }

    @Override
    public void run() {
        try {
            loop();
        } catch (final IOException | RuntimeException | Error e) {
            failure = e;
            onFailure.run();
        } finally {
            close();
            cpuNanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }
    }

    /** Asks to send no more checkouts, and to end when what is owed is bought and answered. */
    void stop() {
        stopRequested = true;
        selector.wakeup();
    }

    /** Asks to end at once. */
    void abort() {
        aborted = true;
        selector.wakeup();
    }

    /** Ends the wait if a request is due. For the pacer. */
    void wakeIfDue(final long nowNanos) {
        final long at = wakeAt;
        if (at != NEVER && at - nowNanos <= 0) {
            selector.wakeup();
        }
    }

    LoadRecorder recorder() {
        return recorder;
    }

    long lastAnswer() {
        return lastAnswer;
    }

    long cpuNanos() {
        return cpuNanos;
    }

    /** What ended the run before its time, or null. */
    Throwable failure() {
        return failure;
    }

    /** Closes every socket; also for a worker that never ran. */
    void close() {
        for (final LoadConnection connection : connections) {
            traffic.abandon(connection, System.nanoTime());
            connection.disconnect();
        }
        try {
            selector.close();
        } catch (final IOException e) {
            failure = failure == null ? e : failure;
        }
    }

    private void loop() throws IOException {
        long now = System.nanoTime();
        for (final LoadConnection connection : connections) {
            proceed(connection, now);
        }
        while (!isFinished(now)) {
            if (keeper.isTendDue(now)) {
                keeper.tend(now);
            }
            drainIfDone(now);
            if (openLoop != null) {
                dispatch(now);
            }
            await(now);
            now = System.nanoTime();
        }
    }

    private boolean isFinished(final long now) {
        if (aborted || keeper.alive() == 0) {
            return true;
        }
        return drainDeadline != 0 && (traffic.isSettled() || now - drainDeadline >= 0);
    }

    private void drainIfDone(final long now) {
        if (drainDeadline != 0) {
            return;
        }
        if (stopRequested || now - deadline >= 0) {
            if (openLoop != null) {
                final long through = now - deadline >= 0 ? deadline : now;
                dispatch(through);
                openLoop.giveUpThrough(through);
            }
            traffic.stopCheckouts();
        }
        if (!traffic.mayCheckout()) {
            drainDeadline = now + config.drainTimeout().toNanos();
            // Until here the load lasted, even if the server had stopped answering.
            lastAnswer = now;
        }
    }

    /** Waits for the sockets, for the pacer, or until something else is to be done. */
    private void await(final long now) throws IOException {
        long until = keeper.tendAt();
        if (drainDeadline == 0 && deadline - until < 0) {
            until = deadline;
        }
        final long due = openLoop == null ? NEVER : openLoop.nextSend(now);
        if (due != NEVER && due - until < 0) {
            until = due;
        }
        wakeAt = due;
        // The pacer may have passed this time before it could read it.
        if (due != NEVER && due - System.nanoTime() <= 0) {
            selector.selectNow(onSelected);
        } else {
            selector.select(onSelected, 1 + TimeUnit.NANOSECONDS.toMillis(Math.max(0, until - now)));
        }
        wakeAt = NEVER;
    }

    private void dispatch(final long now) {
        LoadConnection connection = openLoop.sendDue(now);
        while (connection != null) {
            flush(connection, now);
            connection = openLoop.pollUnflushed();
        }
    }

    private void onSelected(final SelectionKey key) {
        final LoadConnection connection = (LoadConnection) key.attachment();
        try {
            if (connection.isConnecting()) {
                keeper.finishConnect(connection, System.nanoTime());
                return;
            }
            if (key.isValid() && key.isReadable()) {
                onReadable(connection);
            }
            if (key.isValid() && key.isWritable()) {
                connection.flush();
            }
        } catch (final IOException e) {
            keeper.end(
                    connection,
                    connection.isConnecting() ? ConnectionEnd.CONNECT_FAILED : ConnectionEnd.RESET,
                    System.nanoTime());
        }
    }

    private void onReadable(final LoadConnection connection) throws IOException {
        readBuffer.clear();
        final int length = connection.read(readBuffer);
        final long now = System.nanoTime();
        if (length < 0) {
            keeper.end(connection, ConnectionEnd.SERVER_CLOSED, now);
            return;
        }
        final byte[] bytes = readBuffer.array();
        final ResponseParser parser = connection.parser();
        int at = 0;
        while (at < length) {
            at = parser.parse(bytes, at, length);
            if (parser.isMalformed()
                    || (parser.isComplete() && connection.inFlight().isEmpty())) {
                keeper.end(connection, ConnectionEnd.PROTOCOL_ERROR, now);
                return;
            }
            if (parser.isComplete()) {
                traffic.answered(connection, now);
                lastAnswer = now;
                final boolean last = parser.isClose();
                parser.reset();
                if (last) {
                    keeper.end(connection, ConnectionEnd.SERVER_CLOSED, now);
                    return;
                }
            }
        }
        proceed(connection, now);
    }

    /** The connection may have room. */
    private void proceed(final LoadConnection connection, final long now) {
        if (!started) {
            return;
        }
        if (openLoop != null) {
            openLoop.offer(connection);
        } else if (traffic.fill(connection, now)) {
            flush(connection, now);
        }
    }

    private void flush(final LoadConnection connection, final long now) {
        try {
            connection.flush();
        } catch (final IOException e) {
            keeper.end(connection, ConnectionEnd.RESET, now);
        }
    }
}
