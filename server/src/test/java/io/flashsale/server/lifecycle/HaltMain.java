package io.flashsale.server.lifecycle;

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
import io.flashsale.server.pipeline.Pipeline;
import io.flashsale.server.pipeline.PipelineConfig;
import io.flashsale.server.pipeline.SaleClock;
import io.flashsale.transport.AnswerSink;
import io.flashsale.transport.SaleBoard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;

/** A process whose journal is taken away under the running pipeline, and which then sells on. */
final class HaltMain {
    private static final SaleRules RULES = new SaleRules(EngineLimits.RULES_VERSION, 10, 5, 5_000, 60_000, 1);

    private HaltMain() {}

    /** Says what it answers, and when it ends in another way than by a halt. */
    public static void main(final String[] args) throws Exception {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("a shutdown hook ran")));
        final SegmentStorage storage = new ChronicleSegmentStorage(Path.of(args[0]));
        final JournalWriter journal = JournalWriter.open(
                storage,
                JournalConfig.of(SyncPolicy.ALWAYS),
                JournalRecovery.recover(storage, 1, List.of(), (first, count, time, buffer, offset) -> {}));
        final Pipeline pipeline = new Pipeline(
                PipelineConfig.of(
                        PipelineConfig.Layout.valueOf(args[1]),
                        PipelineConfig.Wait.BLOCKING,
                        Runtime.getRuntime().availableProcessors()),
                SyncPolicy.ALWAYS,
                new SaleEngine(),
                journal,
                new SaleClock(new SystemEpochNanoClock(), SystemNanoClock.INSTANCE, 0),
                new SaleBoard(),
                new ProcessHalt());
        pipeline.start(() -> {});
        pipeline.openSale(RULES, Duration.ofSeconds(20));
        final Said said = new Said();
        pipeline.answers(said);
        pipeline.commands().checkout(1, 1, 1, 1, 0);
        pipeline.commands().endOfBatch();
        said.answered.await();
        journal.abandon();
        pipeline.commands().checkout(2, 2, 2, 2, 0);
        pipeline.commands().endOfBatch();
        TimeUnit.SECONDS.sleep(30);
        System.out.println("it went on");
    }

    private static final class Said implements AnswerSink {
        private final CountDownLatch answered = new CountDownLatch(1);

        @Override
        public void answer(
                final long route,
                final Outcome outcome,
                final long sequence,
                final long codeHigh,
                final long codeLow,
                final long user,
                final long expiresAtMillis) {
            System.out.println("answered " + route + " " + outcome);
        }

        @Override
        public void flush() {
            System.out.flush();
            answered.countDown();
        }
    }
}
