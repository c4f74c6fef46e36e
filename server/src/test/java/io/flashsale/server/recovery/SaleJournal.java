package io.flashsale.server.recovery;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Decision;
import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.Recovered;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.journal.SyncPolicy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A real journal of a sale, written without a service: checkouts and purchases of a few sales, in batches. Its engine says
 * what every recovery must arrive at. The engine's time is the journal's own, a millisecond a batch.
 */
final class SaleJournal implements AutoCloseable {
    private static final int USERS = 100_000;
    private static final long BEGIN_MILLIS = 1_800_000_000_000L;

    private final UnsafeBuffer batch;
    private final CommandFlyweight command = new CommandFlyweight();
    private final Decision decision = new Decision();
    private final SegmentStorage storage;
    private final JournalWriter writer;
    private final SaleEngine engine;
    private final int items;
    private long nowMillis;
    private long random = 88_172_645_463_325_252L;
    private long codeHigh;
    private long codeLow;

    /** A journal that begins here, or continues from its first command on. */
    SaleJournal(final Path directory, final int items, final JournalConfig config) {
        this(directory, items, config, BEGIN_MILLIS, new SaleEngine());
    }

    SaleJournal(
            final Path directory,
            final int items,
            final JournalConfig config,
            final long createdMillis,
            final SaleEngine restored) {
        this.items = items;
        engine = restored;
        storage = new ChronicleSegmentStorage(directory);
        final Recovered recovered = JournalRecovery.recover(
                storage, engine.lastSequence() + 1, List.of(), new Replica(engine, Replica.DecisionListener.NONE));
        writer = JournalWriter.open(storage, config, recovered, createdMillis, failure -> {});
        batch = new UnsafeBuffer(ByteBuffer.allocateDirect(writer.maxBatch() * CommandFlyweight.LENGTH));
        nowMillis = Math.max(createdMillis, engine.nowMillis());
        if (engine.lastSequence() == 0) {
            command.wrap(batch, 0).configure(new SaleRules(EngineLimits.RULES_VERSION, items, 10, 20_000, 60_000, 42));
            apply(1);
        }
    }

    static JournalConfig config(final long segmentBytes) {
        return JournalConfig.of(SyncPolicy.NEVER).withSegmentBytes(segmentBytes);
    }

    /** Appends commands, a millisecond a batch: two checkouts, then a purchase of what was checked out, and so on. */
    SaleJournal append(final long commands, final int batchSize) {
        for (long left = commands; left > 0; left -= batchSize) {
            nowMillis++;
            final int count = (int) Math.min(left, batchSize);
            for (int i = 0; i < count; i++) {
                fill(i);
            }
            apply(count);
            writer.keeper().doWork();
        }
        return this;
    }

    private void fill(final int i) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        command.wrap(batch, i * CommandFlyweight.LENGTH);
        if (i % 3 == 2) {
            command.purchase(codeHigh, codeLow, 0);
        } else {
            command.checkout((random >>> 20) % USERS, (int) ((random >>> 40) % items), random, 0);
        }
    }

    private void apply(final int count) {
        for (int i = 0; i < count; i++) {
            engine.apply(engine.lastSequence() + 1, nowMillis, batch, i * CommandFlyweight.LENGTH, decision);
            if (decision.codeHigh() != 0) {
                codeHigh = decision.codeHigh();
                codeLow = decision.codeLow();
            }
        }
        writer.append(batch, 0, count, nowMillis);
    }

    /** Lets time pass. */
    void sleep(final long millis) {
        nowMillis += millis;
    }

    long nowMillis() {
        return nowMillis;
    }

    SegmentStorage storage() {
        return storage;
    }

    JournalWriter writer() {
        return writer;
    }

    SaleEngine engine() {
        return engine;
    }

    @Override
    public void close() {
        writer.close();
    }
}
