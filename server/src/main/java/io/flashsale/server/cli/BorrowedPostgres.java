package io.flashsale.server.cli;

import io.flashsale.projector.DatabaseConfig;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The embedded PostgreSQL for the time of a command, given back however the command ends, by SIGTERM or SIGINT included: a
 * server that nobody else uses is stopped then.
 *
 * <p>For the thread that makes it. A signal's stop runs on a thread of its own.
 */
final class BorrowedPostgres implements AutoCloseable {
    /** What a start needs to notice that it was interrupted. */
    private static final Duration START_END_PATIENCE = Duration.ofMillis(1_500);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final EmbeddedPostgresServer server;
    private final Thread borrower = Thread.currentThread();
    private final Thread hook = new Thread(this::giveBackAtSignal, "replay-stop");
    private final AtomicBoolean isGivenBack = new AtomicBoolean();
    private final CountDownLatch startEnded = new CountDownLatch(1);
    private final CountDownLatch stopEnded = new CountDownLatch(1);
    private volatile boolean isToldToStop;

    /**
     * From here on a signal finds somebody who stops what was started.
     *
     * @param server not started yet.
     * @throws CommandFailedException if the process was told to stop by now.
     */
    BorrowedPostgres(final EmbeddedPostgresServer server) {
        this.server = server;
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (final IllegalStateException e) {
            throw toldToStop(e);
        }
    }

    /** As {@link EmbeddedPostgresServer#startExisting()}; after a failure it may be called again. */
    DatabaseConfig start() {
        return server.startExisting();
    }

    /** Nothing more is started: a signal need not wait for that. */
    void startEnded() {
        startEnded.countDown();
    }

    /** Whether a signal takes the server away: what fails from then on fails for that. */
    boolean isToldToStop() {
        return isToldToStop;
    }

    static CommandFailedException toldToStop(final Exception cause) {
        return new CommandFailedException("told to stop before PostgreSQL was compared", cause);
    }

    private void giveBackAtSignal() {
        isToldToStop = true;
        try {
            if (!isGivenBack.compareAndSet(false, true)) {
                stopEnded.await(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
                return;
            }
            if (startEnded.getCount() > 0) {
                borrower.interrupt();
                startEnded.await(START_END_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
            server.stop(STOP_PATIENCE);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops the server unless another process uses it, as the service may. */
    @Override
    public void close() {
        startEnded.countDown();
        if (!isGivenBack.compareAndSet(false, true)) {
            return;
        }
        try {
            server.stop();
        } finally {
            stopEnded.countDown();
        }
    }
}
