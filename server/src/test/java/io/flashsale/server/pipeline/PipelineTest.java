package io.flashsale.server.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.CommandType;
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
import io.flashsale.server.pipeline.PipelineConfig.Layout;
import io.flashsale.server.pipeline.PipelineConfig.Wait;
import io.flashsale.transport.AnswerSink;
import io.flashsale.transport.CommandSink;
import io.flashsale.transport.SaleBoard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The pipeline with its own threads, over a real journal, in every layout and with every way of waiting. */
class PipelineTest {
    private static final SaleRules RULES = new SaleRules(EngineLimits.RULES_VERSION, 1_000, 5, 5_000, 60_000, 1);
    private static final int RING = 256;
    private static final int PRODUCERS = 3;
    private static final int COMMANDS = 2_000;

    @TempDir
    private Path directory;

    private final AtomicReference<String> halted = new AtomicReference<>();

    static Stream<Arguments> shouldAnswerEveryCommandOnceAndNoneBeforeItIsDurable() {
        return Stream.of(Layout.FUSED, Layout.PIPELINED)
                .flatMap(layout -> Stream.of(Wait.BLOCKING, Wait.YIELDING, Wait.BUSY_SPIN)
                        .map(wait -> Arguments.of(layout, wait)));
    }

    /** Looks, at every answer, how far the journal is durable. Belongs to the engine's thread until the pipeline is closed. */
    private static final class Answers implements AnswerSink {
        private final JournalWriter journal;
        private final Map<Long, Long> sequences = new HashMap<>();
        private int tooEarly;
        private int twice;
        private int unflushed;

        Answers(final JournalWriter journal) {
            this.journal = journal;
        }

        @Override
        public void answer(
                final long route,
                final Outcome outcome,
                final long sequence,
                final long codeHigh,
                final long codeLow,
                final long user,
                final long expiresAtMillis) {
            tooEarly += journal.durableSequence() < sequence ? 1 : 0;
            twice += sequences.put(route, sequence) == null ? 0 : 1;
            unflushed++;
        }

        @Override
        public void flush() {
            unflushed = 0;
        }
    }

    @ParameterizedTest
    @MethodSource
    @Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void shouldAnswerEveryCommandOnceAndNoneBeforeItIsDurable(final Layout layout, final Wait wait) throws Exception {
        final SegmentStorage storage = new ChronicleSegmentStorage(directory.resolve("journal"));
        final JournalWriter journal = JournalWriter.open(
                storage,
                JournalConfig.of(SyncPolicy.ALWAYS),
                JournalRecovery.recover(storage, 1, List.of(), (first, count, time, buffer, offset) -> {}));
        final Pipeline pipeline = new Pipeline(
                new PipelineConfig(RING, layout, wait, 20, 50),
                SyncPolicy.ALWAYS,
                new SaleEngine(),
                journal,
                new SaleClock(new SystemEpochNanoClock(), SystemNanoClock.INSTANCE, 0),
                new SaleBoard(),
                (what, cause) -> halted.compareAndSet(null, what + ": " + cause));
        pipeline.start(() -> {});
        final OpenSale sale = pipeline.openSale(RULES, Duration.ofSeconds(20));
        assertEquals(RULES, sale.rules());
        final Answers answers = new Answers(journal);
        pipeline.answers(answers);

        final Thread[] producers = new Thread[PRODUCERS];
        for (int i = 0; i < PRODUCERS; i++) {
            final long firstUser = 1 + (long) i * COMMANDS;
            producers[i] = new Thread(() -> publish(pipeline.commands(), firstUser), "producer-" + i);
            producers[i].start();
        }
        for (final Thread producer : producers) {
            producer.join();
        }
        // At once: what is in the ring is to be finished.
        pipeline.close(Duration.ofSeconds(30));
        assertNull(halted.get());
        assertEquals(PRODUCERS * COMMANDS, answers.sequences.size(), "commands without an answer");
        assertEquals(0, answers.tooEarly, "answers before the command was durable");
        assertEquals(0, answers.twice, "commands with two answers");
        assertEquals(0, answers.unflushed, "answers that nobody was told of");
        final long appended = journal.appendedSequence();
        assertEquals(appended, journal.durableSequence());
        journal.close();
        assertEquals(journaled(storage), answers.sequences);
    }

    /** Users are numbered, and a user's command has the user as its route. A full ring is tried again. */
    private static void publish(final CommandSink commands, final long firstUser) {
        for (long user = firstUser; user < firstUser + COMMANDS; user++) {
            while (!commands.checkout(user, user, (int) (user % 1_500), user, 0)) {
                commands.endOfBatch();
                Thread.onSpinWait();
            }
            if (user % 7 == 0) {
                commands.endOfBatch();
            }
        }
        commands.endOfBatch();
    }

    /** The sequence of each user's checkout. */
    private static Map<Long, Long> journaled(final SegmentStorage storage) {
        final Map<Long, Long> sequences = new HashMap<>();
        final CommandFlyweight command = new CommandFlyweight();
        assertTrue(JournalRecovery.recover(storage, 1, List.of(), (first, count, time, buffer, offset) -> {
                    for (int i = 0; i < count; i++) {
                        command.wrap(buffer, offset + i * CommandFlyweight.LENGTH);
                        if (command.type() == CommandType.CHECKOUT) {
                            sequences.put(command.user(), first + i);
                        }
                    }
                })
                .cleanEnd());
        return sequences;
    }
}
