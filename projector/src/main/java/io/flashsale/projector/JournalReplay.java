package io.flashsale.projector;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Decision;
import io.flashsale.engine.SaleEngine;
import io.flashsale.journal.JournalReader;
import io.flashsale.journal.SegmentStorage;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;

/** Replays what the journal holds through a sequence, and tells of every decision. */
final class JournalReplay {
    private static final int RECORDS_PER_POLL = 256;
    private static final long END_OF_JOURNAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final SegmentStorage storage;
    private final SnapshotStore snapshots;
    private final long through;
    private final LongConsumer progress;

    /** Is told of a decision. */
    @FunctionalInterface
    interface Listener {
        /**
         * A command was decided.
         *
         * @param engine   after the command.
         * @param decision what was decided; valid during the call.
         * @throws SQLException if the database that it is compared with fails.
         */
        void onDecision(SaleEngine engine, Decision decision) throws SQLException;
    }

    private static final class FailedListener extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final SQLException failure;

        FailedListener(final SQLException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    JournalReplay(
            final SegmentStorage storage,
            final SnapshotStore snapshots,
            final long through,
            final LongConsumer progress) {
        this.storage = storage;
        this.snapshots = snapshots;
        this.through = through;
        this.progress = progress;
    }

    /** Where the replay begins: each time anew, because a replay changes the engine. */
    ReplayStart start() {
        try {
            final ReplayStart start = snapshots == null
                    ? new ReplayStart(new SaleEngine(), 1, null, List.of())
                    : ReplayStart.oldest(storage, snapshots);
            if (start.fromSequence() - 1 > through) {
                throw new ProjectionException("PostgreSQL has this journal through sequence " + through
                        + ", but it can only be replayed from sequence " + start.fromSequence() + " on");
            }
            return start;
        } catch (final IOException e) {
            throw new ProjectionException("the snapshots cannot be read: " + DatabaseErrors.line(e), e);
        }
    }

    void run(final ReplayStart start, final Listener listener) throws SQLException {
        final SaleEngine engine = start.engine();
        final Decision decision = new Decision();
        try (JournalReader reader = new JournalReader(storage, start.fromSequence(), List.of())) {
            long nothingSince = System.nanoTime();
            while (engine.lastSequence() < through) {
                final int records = reader.poll(
                        (first, count, timestampMillis, buffer, offset) -> {
                            for (int i = 0; i < count && first + i <= through; i++) {
                                engine.apply(
                                        first + i,
                                        timestampMillis,
                                        buffer,
                                        offset + i * CommandFlyweight.LENGTH,
                                        decision);
                                tell(listener, engine, decision);
                            }
                        },
                        RECORDS_PER_POLL);
                if (records > 0) {
                    nothingSince = System.nanoTime();
                    progress.accept(engine.lastSequence());
                } else if (System.nanoTime() - nothingSince > END_OF_JOURNAL_NANOS) {
                    throw new ProjectionException("PostgreSQL has this journal through sequence " + through
                            + ", but the journal here ends at sequence " + engine.lastSequence());
                } else {
                    LockSupport.parkNanos(POLL_NANOS);
                }
            }
        } catch (final FailedListener e) {
            throw e.failure;
        }
    }

    private static void tell(final Listener listener, final SaleEngine engine, final Decision decision) {
        if (decision.outcome().isFatal()) {
            throw new ProjectionException(
                    "the replay cannot go on at sequence " + decision.sequence() + ": " + decision.outcome());
        }
        try {
            listener.onDecision(engine, decision);
        } catch (final SQLException e) {
            throw new FailedListener(e);
        }
    }
}
