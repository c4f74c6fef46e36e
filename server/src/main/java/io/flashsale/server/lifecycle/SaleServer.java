package io.flashsale.server.lifecycle;

import io.flashsale.server.cli.CommandFailedException;
import io.flashsale.server.config.ServerConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service: {@link #start} returns once it answers, {@link #stop} lets it finish. {@link SaleStart} is the one, {@link
 * SaleStop} the other.
 *
 * <p>Each is called once. They may be called by different threads, and the stop at any moment: before the start, during it,
 * or after it failed.
 */
public final class SaleServer {
    private static final Logger LOG = LoggerFactory.getLogger(SaleServer.class);

    private final ServerConfig config;
    private final SaleParts parts = new SaleParts();
    private final StartProgress progress = new StartProgress();
    private final SaleStart start;

    /**
     * Assigns; starts nothing.
     *
     * @param config validated.
     */
    public SaleServer(final ServerConfig config) {
        this(config, new SystemEpochNanoClock());
    }

    SaleServer(final ServerConfig config, final EpochNanoClock wall) {
        this.config = config;
        start = new SaleStart(config, progress, parts, wall);
    }

    /**
     * Starts the service.
     *
     * @return what to tell the operator; empty if it was told to stop meanwhile, and the stop takes down what runs.
     * @throws CommandFailedException if it cannot start for a reason that the operator can mend.
     * @throws IOException            if the disk or the network fails.
     */
    public Optional<String> start() throws IOException {
        try {
            final String report = start.run();
            progress.end(StartProgress.State.STARTED);
            return Optional.of(report);
        } catch (final StopRequestedException e) {
            LOG.info("{}", e.getMessage());
            progress.end(StartProgress.State.HALF_STARTED);
            return Optional.empty();
        } catch (final Throwable t) {
            if (progress.isStopRequested()) {
                // The process may end before its main thread can say so.
                LOG.error("the start failed while it was told to stop", t);
            }
            try {
                new SaleStop(parts, Duration.ZERO).run();
            } finally {
                progress.end(StartProgress.State.FAILED);
            }
            throw t;
        }
    }

    /**
     * Stops the service in order, within the drain time and {@link SaleStop#BEYOND_DRAIN}: if anything hangs for longer, the
     * process is halted. A start that is under way goes no further; one that has written nothing is not waited for, and the
     * process is expected to end.
     *
     * @return false if the start had failed by itself.
     */
    public boolean stop() {
        final SaleStop stop = new SaleStop(parts, config.drain());
        stop.limit();
        try {
            final StartProgress.State state = progress.requestStop();
            if (state == StartProgress.State.STARTED || state == StartProgress.State.HALF_STARTED) {
                stop.run();
                LOG.info("stopped");
            }
            return state != StartProgress.State.FAILED;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
