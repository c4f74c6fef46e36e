package io.flashsale.bench.database;

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
import io.flashsale.journal.SegmentStorage;
import io.flashsale.journal.SyncPolicy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** A journal of one popular sale: checkouts of random users and items, each accepted one bought next. */
final class AttemptJournal {
    private static final int ITEMS = 10_000;
    private static final int USERS = 1_000_000;
    private static final int BATCH = 512;
    private static final int DAY_MILLIS = 86_400_000;
    private static final long OPENS_AT = 1_767_225_600_000L;

    private AttemptJournal() {}

    /**
     * Writes it.
     *
     * @param directory of the journal, empty.
     * @param attempts  checkouts.
     * @return its last sequence.
     */
    static long write(final Path directory, final int attempts) {
        final SegmentStorage storage = new ChronicleSegmentStorage(directory);
        final SaleEngine engine = new SaleEngine();
        try (JournalWriter journal = JournalWriter.open(
                storage,
                JournalConfig.of(SyncPolicy.NEVER),
                JournalRecovery.recover(storage, 1, List.of(), (first, count, time, buffer, offset) -> {}))) {
            final UnsafeBuffer batch = new UnsafeBuffer(ByteBuffer.allocateDirect(BATCH * CommandFlyweight.LENGTH));
            final CommandFlyweight command = new CommandFlyweight();
            final Decision decision = new Decision();
            final SplittableRandom random = new SplittableRandom(42);
            int done = 0;
            int count = 0;
            long now = OPENS_AT;
            command.wrap(batch, 0)
                    .configure(new SaleRules(EngineLimits.RULES_VERSION, ITEMS, 10, DAY_MILLIS, DAY_MILLIS, 7));
            while (true) {
                engine.apply(engine.lastSequence() + 1, now, batch, count * CommandFlyweight.LENGTH, decision);
                count++;
                final boolean bought = decision.outcome() == Outcome.RESERVED;
                if (count == BATCH || (done == attempts && !bought)) {
                    journal.append(batch, 0, count, now);
                    journal.keeper().doWork();
                    count = 0;
                    now++;
                }
                command.wrap(batch, count * CommandFlyweight.LENGTH);
                if (bought) {
                    command.purchase(decision.codeHigh(), decision.codeLow(), 0);
                } else if (done < attempts) {
                    command.checkout(random.nextInt(USERS), random.nextInt(ITEMS), random.nextLong(), 0);
                    done++;
                } else {
                    return engine.lastSequence();
                }
            }
        }
    }
}
