package io.flashsale.bench.micro;

import io.flashsale.bench.process.ScratchDirectory;
import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Decision;
import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.JournalReader;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.SyncPolicy;
import io.flashsale.server.recovery.Replica;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Replaying a journal, commands per microsecond: {@link #COMMANDS} of five sales with ten attempts an item, in batches as a
 * busy service writes them, read from the page cache, verified and applied to a new engine. <b>Baseline:</b> the same
 * commands out of memory, applied to a new engine by the same loop: what is missing is reading and verifying.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ReplayBenchmark extends Microbenchmark {
    /** Of the journal, without its configuration. */
    static final int COMMANDS = 512 * 1_024;

    private static final int BATCH = 512;
    private static final int ITEMS = 10_000;
    private static final int SALE_MILLIS = 1_000;
    /** Batches of a sale, of which each lets time pass. */
    private static final int BATCHES_PER_SALE = COMMANDS / BATCH / 5;

    private final UnsafeBuffer commands =
            new UnsafeBuffer(ByteBuffer.allocateDirect((COMMANDS + BATCH) * CommandFlyweight.LENGTH));
    private final long[] timestamps = new long[COMMANDS / BATCH + 1];
    private Path directory;
    private ChronicleSegmentStorage storage;
    private long finalHash;

    /**
     * Writes the journal, in the working directory.
     *
     * @throws IOException if the disk fails.
     */
    @Setup(Level.Trial)
    public void write() throws IOException {
        directory = ScratchDirectory.create("bench-replay-");
        storage = new ChronicleSegmentStorage(directory.resolve("journal"));
        final SaleEngine engine = new SaleEngine();
        try (JournalWriter journal = JournalWriter.open(
                storage,
                JournalConfig.of(SyncPolicy.NEVER),
                JournalRecovery.recover(storage, 1, List.of(), (first, count, time, buffer, offset) -> {}))) {
            final CommandFlyweight command = new CommandFlyweight();
            final Decision decision = new Decision();
            final SplittableRandom random = new SplittableRandom(42);
            for (int batch = 0; batch < timestamps.length; batch++) {
                timestamps[batch] = 1_700_000_000_000L + (long) batch * SALE_MILLIS / BATCHES_PER_SALE;
                final int first = offset(batch);
                for (int i = 0; i < count(batch); i++) {
                    final int at = first + i * CommandFlyweight.LENGTH;
                    command.wrap(commands, at);
                    if (batch == 0) {
                        command.configure(
                                new SaleRules(EngineLimits.RULES_VERSION, ITEMS, 10, SALE_MILLIS, SALE_MILLIS, 7));
                    } else if (decision.outcome() == Outcome.RESERVED) {
                        command.purchase(decision.codeHigh(), decision.codeLow(), 0);
                    } else {
                        command.checkout(random.nextLong(), random.nextInt(ITEMS), random.nextLong(), 0);
                    }
                    engine.apply(engine.lastSequence() + 1, timestamps[batch], commands, at, decision);
                }
                journal.append(commands, first, count(batch), timestamps[batch]);
                journal.keeper().doWork();
            }
        }
        finalHash = engine.stateHash();
    }

    /** The first batch is the configuration alone; it has the room of a whole one. */
    private static int offset(final int batch) {
        return batch * BATCH * CommandFlyweight.LENGTH;
    }

    private static int count(final int batch) {
        return batch == 0 ? 1 : BATCH;
    }

    /**
     * Deletes it.
     *
     * @throws IOException if the disk fails.
     */
    @TearDown(Level.Trial)
    public void delete() throws IOException {
        ScratchDirectory.delete(directory);
    }

    /** From the journal. */
    @Benchmark
    @OperationsPerInvocation(COMMANDS)
    public void journal() {
        final Replica replica = new Replica(new SaleEngine(), Replica.DecisionListener.NONE);
        try (JournalReader reader = new JournalReader(storage, 1, List.of())) {
            while (reader.poll(replica, Integer.MAX_VALUE) > 0) {
                // There is more.
            }
        }
        require(replica.engine());
    }

    /** The baseline. */
    @Benchmark
    @OperationsPerInvocation(COMMANDS)
    public void memory() {
        final Replica replica = new Replica(new SaleEngine(), Replica.DecisionListener.NONE);
        for (int batch = 0; batch < timestamps.length; batch++) {
            replica.onBatch(
                    replica.engine().lastSequence() + 1, count(batch), timestamps[batch], commands, offset(batch));
        }
        require(replica.engine());
    }

    private void require(final SaleEngine engine) {
        if (engine.stateHash() != finalHash) {
            throw new IllegalStateException("the replay ended at " + engine.lastSequence() + " in another state");
        }
    }
}
