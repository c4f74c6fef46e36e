package io.flashsale.server.pipeline;

import io.flashsale.transport.SaleBoard;
import io.flashsale.transport.SaleStatus;
import java.util.function.Supplier;

/**
 * Publishes the commands that no client sends: a tick at every boundary and when nothing else happened for a while, and
 * checkpoints while commands arrive: ticks alone are not worth one. Driven by {@link #doWork}, so that tests need no thread. A full ring is no error: a ring full of commands
 * lets time pass anyway.
 */
final class Ticker {
    private static final long SOONEST_MILLIS = 1;
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final CommandRing ring;
    private final SaleClock clock;
    private final SaleBoard board;
    private final Supplier<Checkpoint> lastCheckpoint;
    private final long idleMillis;
    private final long checkpointMillis;
    private final SaleStatus status = new SaleStatus();
    private long lastSeenSequence = -1;
    private long lastChangeMillis;
    private long lastCheckpointMillis;
    /** Ticks and checkpoints: everything else in the ring is somebody else's. */
    private long ownCommands;

    private long othersAtCheckpoint = UNKNOWN;

    Ticker(
            final CommandRing ring,
            final SaleClock clock,
            final SaleBoard board,
            final Supplier<Checkpoint> lastCheckpoint,
            final PipelineConfig config) {
        this.ring = ring;
        this.clock = clock;
        this.board = board;
        this.lastCheckpoint = lastCheckpoint;
        idleMillis = config.idleTickMillis();
        checkpointMillis = config.checkpointMillis();
        lastChangeMillis = clock.estimate();
        lastCheckpointMillis = lastChangeMillis;
    }

    /**
     * Publishes what is due.
     *
     * @return milliseconds until it should be called again.
     */
    long doWork() {
        final long now = clock.estimate();
        final long sequence = ring.published();
        if (sequence != lastSeenSequence) {
            lastSeenSequence = sequence;
            lastChangeMillis = now;
        }
        final long others = sequence - ownCommands;
        if (othersAtCheckpoint == UNKNOWN) {
            // What was published before the first look is the start's.
            othersAtCheckpoint = others;
        }
        if (others > othersAtCheckpoint && now - lastCheckpointMillis >= checkpointMillis) {
            publishCheckpoint(now, others);
        }
        board.read(status);
        final boolean boundary = status.closesAtMillis() > 0 && now >= status.closesAtMillis();
        if (boundary || now - lastChangeMillis >= idleMillis) {
            ownCommands += ring.tick() ? 1 : 0;
            lastSeenSequence = ring.published();
            lastChangeMillis = now;
        }
        final long untilIdle = lastChangeMillis + idleMillis - now;
        final long untilBoundary = status.closesAtMillis() > 0 ? status.closesAtMillis() - now : untilIdle;
        return Math.max(SOONEST_MILLIS, Math.min(untilIdle, untilBoundary));
    }

    private void publishCheckpoint(final long now, final long others) {
        final Checkpoint last = lastCheckpoint.get();
        if (ring.checkpoint(last.sequence(), last.stateHash())) {
            ownCommands++;
            lastCheckpointMillis = now;
            othersAtCheckpoint = others;
            lastSeenSequence = ring.published();
        }
    }
}
