package io.flashsale.projector;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Decision;
import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.SyncPolicy;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.agrona.ExpandableArrayBuffer;

/** A real journal with an engine beside it, which tells the test and its model what each command was decided to be. */
final class TestJournal implements AutoCloseable {
    private final ChronicleSegmentStorage storage;
    private final JournalWriter writer;
    private final SaleEngine engine = new SaleEngine();
    private final Decision decision = new Decision();
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private final CommandFlyweight command = new CommandFlyweight();
    private final ExpectedRows expected = new ExpectedRows();
    private long nowMillis;
    private int pending;

    TestJournal(final Path directory, final long nowMillis) {
        this(directory, nowMillis, JournalConfig.of(SyncPolicy.NEVER));
    }

    TestJournal(final Path directory, final long nowMillis, final JournalConfig config) {
        this.nowMillis = nowMillis;
        storage = new ChronicleSegmentStorage(directory);
        writer = JournalWriter.open(
                storage,
                config,
                JournalRecovery.recover(storage, 1, List.of(), (first, count, time, bytes, offset) -> {}));
    }

    ChronicleSegmentStorage storage() {
        return storage;
    }

    JournalWriter writer() {
        return writer;
    }

    ExpectedRows expected() {
        return expected;
    }

    SaleEngine engine() {
        return engine;
    }

    void attemptsKept(final AttemptsKept kept) {
        expected.attemptsKept(kept);
    }

    void sleep(final long millis) {
        flush();
        nowMillis += millis;
    }

    void configure(final int items, final int userLimit, final int holdMillis, final int saleMillis) {
        final SaleRules rules = new SaleRules(EngineLimits.RULES_VERSION, items, userLimit, holdMillis, saleMillis, 42);
        decide(c -> c.configure(rules));
    }

    Decision checkout(final long user, final int item) {
        return checkout(user, item, 0);
    }

    Decision checkout(final long user, final int item, final long retryKey) {
        return decide(c -> c.checkout(user, item, user * 31 + item, retryKey));
    }

    Outcome purchase(final long codeHigh, final long codeLow) {
        return decide(c -> c.purchase(codeHigh, codeLow, 0)).outcome();
    }

    Outcome release(final long codeHigh, final long codeLow) {
        return decide(c -> c.release(codeHigh, codeLow)).outcome();
    }

    void tick() {
        decide(CommandFlyweight::tick);
    }

    /** Appends what has been decided as one record. */
    void flush() {
        if (pending > 0) {
            writer.append(buffer, 0, pending, nowMillis);
            writer.keeper().doWork();
            pending = 0;
        }
    }

    long nowMillis() {
        return nowMillis;
    }

    long sequence() {
        return engine.lastSequence();
    }

    private Decision decide(final Consumer<CommandFlyweight> encode) {
        if (pending == writer.maxBatch()) {
            flush();
        }
        final int offset = pending * CommandFlyweight.LENGTH;
        buffer.checkLimit(offset + CommandFlyweight.LENGTH);
        encode.accept(command.wrap(buffer, offset));
        pending++;
        engine.apply(engine.lastSequence() + 1, nowMillis, buffer, offset, decision);
        expected.decided(engine, decision);
        return decision;
    }

    @Override
    public void close() {
        flush();
        writer.close();
    }
}
