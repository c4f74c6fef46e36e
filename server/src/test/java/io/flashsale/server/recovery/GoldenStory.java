package io.flashsale.server.recovery;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Decision;
import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.Recovered;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.projector.JournalRetention;
import io.flashsale.projector.SnapshotStore;
import io.flashsale.projector.Snapshotter;
import io.flashsale.projector.SnapshotterConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes a journal by the service's own journal and engine, the same commands at the same times on every run: sales that roll
 * over, holds that run out, purchases in a sale that has closed, retries, and checkpoints.
 */
final class GoldenStory implements AutoCloseable {
    /** 2027-01-15T08:00:00Z: the hour's boundary, and each second's. */
    private static final long BEGIN_MILLIS = 1_800_000_000_000L;

    private static final int MEMORY = 16;

    private final UnsafeBuffer buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(CommandFlyweight.LENGTH));
    private final CommandFlyweight command = new CommandFlyweight().wrap(buffer, 0);
    private final Decision decision = new Decision();
    private final long[] codesHigh = new long[MEMORY];
    private final long[] codesLow = new long[MEMORY];
    private final SaleEngine engine = new SaleEngine();
    private final SegmentStorage storage;
    private final JournalWriter writer;
    private long nowMillis;
    private long random;

    /** Begins a journal, or continues one in a new segment. */
    GoldenStory(final Path journal) {
        storage = new ChronicleSegmentStorage(journal);
        final Recovered recovered =
                JournalRecovery.recover(storage, 1, List.of(), new Replica(engine, Replica.DecisionListener.NONE));
        nowMillis = Math.max(BEGIN_MILLIS, engine.nowMillis());
        random = 88_172_645_463_325_252L + engine.lastSequence();
        writer = JournalWriter.open(storage, SaleJournal.config(1L << 30), recovered, nowMillis, failure -> {});
    }

    SaleEngine engine() {
        return engine;
    }

    void configure(final int items, final int userLimit, final int holdMillis, final int saleMillis) {
        command.configure(
                new SaleRules(EngineLimits.RULES_VERSION, items, userLimit, holdMillis, saleMillis, 0x0123_4567L));
        apply();
    }

    void checkpoint() {
        command.checkpoint(engine.checkpointSequence(), engine.checkpointHash());
        apply();
    }

    /** A command every 20 ms, of all kinds. */
    void sell(final int commands) {
        for (int i = 0; i < commands; i++) {
            nowMillis += 20;
            final int code = draw(MEMORY);
            final int kind = draw(8);
            if (kind < 5) {
                command.checkout(draw(30) - 5, draw(70), draw(1 << 30), draw(3) == 0 ? 1 + draw(9) : 0);
            } else if (kind < 7) {
                command.purchase(codesHigh[code], codesLow[code], draw(2));
            } else {
                command.release(codesHigh[code], codesLow[code]);
            }
            apply();
            if (decision.codeHigh() != 0) {
                final int slot = draw(MEMORY);
                codesHigh[slot] = decision.codeHigh();
                codesLow[slot] = decision.codeLow();
            }
        }
    }

    private int draw(final int bound) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) ((random >>> 33) % bound);
    }

    private void apply() {
        engine.apply(engine.lastSequence() + 1, nowMillis, buffer, 0, decision);
        writer.append(buffer, 0, 1, nowMillis);
        writer.keeper().doWork();
    }

    /** Has the service's snapshotter write one of the last command. */
    void snapshot(final Path directory) {
        final SnapshotStore snapshots = new SnapshotStore(directory);
        final JournalRetention retention =
                new JournalRetention(storage, snapshots, Duration.ofDays(1), () -> 0, SystemEpochClock.INSTANCE);
        try (Snapshotter snapshotter =
                new Snapshotter(SnapshotterConfig.of(() -> true), storage, snapshots, durable -> {}, retention)) {
            snapshotter.start();
            snapshotter.finishAt(engine.lastSequence());
            assertTrue(snapshotter.awaitFinished(Duration.ofSeconds(20)), snapshotter.trouble());
        }
    }

    /** Ends the journal in order. */
    @Override
    public void close() {
        writer.close();
    }
}
