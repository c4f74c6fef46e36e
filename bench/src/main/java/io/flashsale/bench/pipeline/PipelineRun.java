package io.flashsale.bench.pipeline;

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
import io.flashsale.server.pipeline.OpenSale;
import io.flashsale.server.pipeline.Pipeline;
import io.flashsale.server.pipeline.PipelineConfig;
import io.flashsale.server.pipeline.PipelineConfig.Layout;
import io.flashsale.server.pipeline.PipelineConfig.Wait;
import io.flashsale.server.pipeline.SaleClock;
import io.flashsale.transport.AnswerSink;
import io.flashsale.transport.CommandSink;
import io.flashsale.transport.SaleBoard;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * A pipeline with its journal, as the service wires them, with a publisher instead of event loops. One thread publishes.
 *
 * <p>The traffic is the sale's: checkouts of random users and items, each accepted one bought as soon as its code is known.
 */
final class PipelineRun implements AutoCloseable {
    private static final int USERS = 1_000_000;
    /** A sale is short, so that the engine never only refuses. */
    private static final int SALE_MILLIS = 1_000;

    private static final int PUBLISHED_BETWEEN_WAKES = 64;
    private static final long FULL_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final int items;
    private final JournalWriter journal;
    private final AgentRunner keeper;
    private final Pipeline pipeline;
    private final Answers answers = new Answers();
    private final AtomicReference<String> failure = new AtomicReference<>();
    private final SplittableRandom random = new SplittableRandom(42);
    private long published;

    private PipelineRun(final int items, final Path directory, final SyncPolicy policy) {
        this.items = items;
        final SegmentStorage storage = new ChronicleSegmentStorage(directory);
        journal = JournalWriter.open(
                storage,
                JournalConfig.of(policy),
                JournalRecovery.recover(storage, 1, List.of(), (first, count, time, buffer, offset) -> {}));
        keeper = new AgentRunner(
                new SleepingMillisIdleStrategy(1),
                e -> failure.compareAndSet(null, "keeping the journal: " + e),
                null,
                journal.keeper());
        pipeline = new Pipeline(
                PipelineConfig.of(Layout.AUTO, Wait.AUTO, Runtime.getRuntime().availableProcessors()),
                policy,
                new SaleEngine(),
                journal,
                new SaleClock(new SystemEpochNanoClock(), SystemNanoClock.INSTANCE, 0),
                new SaleBoard(),
                (what, cause) -> failure.compareAndSet(null, what + ": " + cause));
    }

    /** Opens a journal and a sale. */
    static PipelineRun open(final int items, final Path directory, final SyncPolicy policy) {
        final PipelineRun run = new PipelineRun(items, directory, policy);
        AgentRunner.startOnThread(run.keeper);
        run.pipeline.start(() -> {});
        final OpenSale sale = run.pipeline.openSale(
                new SaleRules(EngineLimits.RULES_VERSION, items, 10, SALE_MILLIS, SALE_MILLIS, 7), PATIENCE);
        if (sale.rules().items() != items) {
            throw new IllegalStateException("another sale is open: " + sale);
        }
        run.pipeline.answers(run.answers);
        return run;
    }

    /**
     * What was done in a while.
     *
     * @param commands answered.
     * @param batches  in which they were answered.
     * @param bytes    journaled, framing included.
     * @param nanos    from the first command's publishing to the last one's answer.
     * @param accepted reservations and purchases.
     */
    record Figures(long commands, long batches, long bytes, long nanos, long accepted) {
        double perSecond() {
            return commands * 1e9 / nanos;
        }
    }

    /** Publishes for a while, as fast as there is room in the ring. */
    Figures sustained(final Duration duration) throws IOException {
        final long deadline = System.nanoTime() + duration.toNanos();
        return measured(() -> {
            while (System.nanoTime() - deadline < 0) {
                publish(PUBLISHED_BETWEEN_WAKES);
            }
        });
    }

    /** Publishes so many commands at once into an empty ring, which has room for them. */
    Figures burst(final int commands) throws IOException {
        return measured(() -> {
            for (int done = 0; done < commands; done += PUBLISHED_BETWEEN_WAKES) {
                publish(Math.min(PUBLISHED_BETWEEN_WAKES, commands - done));
            }
        });
    }

    private Figures measured(final Runnable load) throws IOException {
        final long batches = answers.batches;
        final long accepted = answers.accepted;
        final long before = published;
        final long bytes = journal.bytes();
        final long begin = System.nanoTime();
        load.run();
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (answers.answered < published) {
            if (failure.get() != null || System.nanoTime() - deadline > 0) {
                throw new IOException("commands are not answered: " + failure.get());
            }
            LockSupport.parkNanos(FULL_NANOS);
        }
        final long nanos = System.nanoTime() - begin;
        if (answers.unexpected > 0) {
            throw new IOException(answers.unexpected + " commands were decided as none of this traffic can be");
        }
        return new Figures(
                published - before,
                answers.batches - batches,
                journal.bytes() - bytes,
                nanos,
                answers.accepted - accepted);
    }

    private void publish(final int count) {
        final CommandSink commands = pipeline.commands();
        for (int i = 0; i < count; i++) {
            if (answers.codes.isEmpty()) {
                final long user = random.nextInt(USERS);
                final int item = random.nextInt(items);
                final long nonce = random.nextLong();
                while (!commands.checkout(published, user, item, nonce, 0)) {
                    awaitRoom();
                }
            } else {
                final long high = answers.codes.high();
                final long low = answers.codes.low();
                while (!commands.purchase(published, high, low, 0)) {
                    awaitRoom();
                }
                answers.codes.remove();
            }
            published++;
        }
        commands.endOfBatch();
    }

    /** On few cores the pipeline needs the core that this thread would spin on. */
    private void awaitRoom() {
        if (failure.get() != null) {
            throw new IllegalStateException(failure.get());
        }
        pipeline.commands().endOfBatch();
        LockSupport.parkNanos(FULL_NANOS);
    }

    int ringSize() {
        return pipeline.ringCapacity();
    }

    @Override
    public void close() {
        pipeline.close(PATIENCE);
        keeper.close();
        journal.close();
    }

    /** Counts answers and keeps codes. Written by the engine's thread; whoever reads {@link #answered} sees the others. */
    private static final class Answers implements AnswerSink {
        private final CodeRing codes = new CodeRing(2 * PipelineConfig.RING_SIZE);
        private volatile long answered;
        private long seen;
        private long batches;
        private long accepted;
        private long unexpected;

        @Override
        public void answer(
                final long route,
                final Outcome outcome,
                final long sequence,
                final long codeHigh,
                final long codeLow,
                final long user,
                final long expiresAtMillis) {
            seen++;
            switch (outcome) {
                case RESERVED -> {
                    codes.add(codeHigh, codeLow);
                    accepted++;
                }
                case PURCHASED -> accepted++;
                case ITEM_SOLD, ITEM_RESERVED, SOLD_OUT, USER_LIMIT_REACHED, CODE_EXPIRED -> {
                    // A refusal like any other.
                }
                default -> unexpected++;
            }
        }

        @Override
        public void flush() {
            codes.publish();
            batches++;
            answered = seen;
        }
    }
}
