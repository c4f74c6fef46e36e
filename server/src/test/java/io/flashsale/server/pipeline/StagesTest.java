package io.flashsale.server.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.RingBuffer;
import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.ItemState;
import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.journal.SyncPolicy;
import io.flashsale.transport.AnswerSink;
import io.flashsale.transport.SaleBoard;
import io.flashsale.transport.SaleStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stages driven by hand, on one thread, with a clock that stands still until told, over a real journal. */
class StagesTest {
    private static final long START = 1_700_000_000_000L;
    private static final SaleRules RULES = new SaleRules(EngineLimits.RULES_VERSION, 10, 2, 5_000, 60_000, 1);
    private static final int RING = 16;

    @TempDir
    private Path directory;

    private final RingBuffer<Slot> disruptor = RingBuffer.createMultiProducer(Slot::new, RING);
    private final CommandRing ring = new CommandRing(disruptor, () -> {});
    private final SaleEngine engine = new SaleEngine();
    private final OutcomeCounters counters = new OutcomeCounters();
    private final SaleBoard board = new SaleBoard();
    private final Answers answers = new Answers();
    private SegmentStorage storage;
    private JournalWriter journal;
    private JournalStage journalStage;
    private EngineStage engineStage;
    private SyncStage syncStage;
    private AnswerStage answerStage;
    private long nowMillis = START;
    private long next;

    private static final class Answers implements AnswerSink {
        private final List<String> lines = new ArrayList<>();
        private final List<String> details = new ArrayList<>();
        private int flushes;

        @Override
        public void answer(
                final long route,
                final Outcome outcome,
                final long sequence,
                final long codeHigh,
                final long codeLow,
                final long user,
                final long expiresAtMillis) {
            lines.add(route + " " + outcome + " " + sequence);
            details.add("user " + user + ", expires at " + (expiresAtMillis == 0 ? "none" : expiresAtMillis - START));
        }

        @Override
        public void flush() {
            flushes++;
        }
    }

    @BeforeEach
    void open() {
        storage = new ChronicleSegmentStorage(directory.resolve("journal"));
        journal = JournalWriter.open(
                storage,
                JournalConfig.of(SyncPolicy.ALWAYS),
                JournalRecovery.recover(storage, 1, List.of(), (first, count, time, buffer, offset) -> {}));
        final SaleClock clock = new SaleClock(() -> nowMillis * 1_000_000, () -> nowMillis * 1_000_000, 0);
        journalStage = new JournalStage(ring, journal, clock);
        engineStage = new EngineStage(ring, engine, counters, 1);
        syncStage = new SyncStage(journal, SyncPolicy.ALWAYS);
        answerStage = new AnswerStage(ring, engine, board, 1);
        answerStage.answers(answers);
        disruptor.addGatingSequences(consumed);
        assertTrue(ring.configure(RULES));
        runBatch();
    }

    private final com.lmax.disruptor.Sequence consumed = new com.lmax.disruptor.Sequence(-1);

    @AfterEach
    void close() {
        journal.close();
    }

    private void runBatch() {
        final long last = ring.published();
        journalStage.onBatch(next, last);
        engineStage.onBatch(next, last);
        syncStage.onBatch(next, last);
        answerStage.onBatch(next, last);
        next = last + 1;
        consumed.set(last);
    }

    @Test
    void shouldAnswerInOrderOfTheJournalWithOneFlush() {
        ring.checkout(100, 7, 3, 11, 0);
        ring.checkout(101, 8, 3, 12, 0);
        ring.checkout(102, 8, 99, 13, 0);
        runBatch();
        assertEquals(List.of("100 RESERVED 2", "101 ITEM_RESERVED 3", "102 ITEM_UNKNOWN 4"), answers.lines);
        assertEquals("user 7, expires at " + RULES.holdMillis(), answers.details.get(0));
        assertEquals(1, answers.flushes);
    }

    @Test
    void shouldAnswerNothingBeforeTheSync() {
        ring.checkout(100, 7, 3, 11, 0);
        final long last = ring.published();
        journalStage.onBatch(next, last);
        engineStage.onBatch(next, last);
        assertTrue(answers.lines.isEmpty());
        final SaleStatus status = new SaleStatus();
        board.read(status);
        assertEquals(0, status.held(), "a decision was shown before it was durable");
        assertEquals(1, journal.durableSequence());
        syncStage.onBatch(next, last);
        assertEquals(2, journal.durableSequence());
        answerStage.onBatch(next, last);
        assertEquals(List.of("100 RESERVED 2"), answers.lines);
        board.read(status);
        assertEquals(1, status.held());
    }

    @Test
    void shouldRefuseWhenTheRingIsFullAndLoseNothing() {
        for (int i = 0; i < RING; i++) {
            assertTrue(ring.checkout(i, i, i, i, 0));
        }
        assertFalse(ring.checkout(99, 1, 1, 1, 0));
        assertFalse(ring.purchase(99, 1, 1, 0));
        assertFalse(ring.release(99, 1, 1));
        assertFalse(ring.tick());
        runBatch();
        assertEquals(RING, answers.lines.size());
        assertTrue(ring.checkout(100, 1, 1, 1, 0));
    }

    @Test
    void shouldJournalABatchThatWrapsRoundTheRingInOrder() {
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 7; i++) {
                ring.checkout(0, round * 100L + i, i, i, 0);
            }
            runBatch();
        }
        final long live = engine.stateHash();
        journal.close();
        final SaleEngine replica = new SaleEngine();
        final List<Long> sequences = new ArrayList<>();
        JournalRecovery.recover(storage, 1, List.of(), (first, count, time, buffer, offset) -> {
            for (int i = 0; i < count; i++) {
                final io.flashsale.engine.Decision decision = new io.flashsale.engine.Decision();
                replica.apply(first + i, time, buffer, offset + 32 * i, decision);
                sequences.add(first + i);
            }
        });
        assertEquals(36, sequences.size());
        assertEquals(live, replica.stateHash(), "a replay of the journal has another state");
    }

    @Test
    void shouldGiveAllCommandsOfABatchOneTime() {
        ring.checkout(1, 1, 1, 1, 0);
        ring.checkout(2, 2, 2, 2, 0);
        nowMillis += 5;
        runBatch();
        assertEquals(START + 5, engine.nowMillis());
        assertEquals(ring.slot(1).timestampMillis, ring.slot(2).timestampMillis);
    }

    @Test
    void shouldOpenTheNextSaleAtTheBoundaryAndHonourTheHold() {
        ring.checkout(1, 7, 3, 11, 0);
        runBatch();
        final Slot slot = ring.slot(1);
        final long high = slot.codeHigh;
        final long low = slot.codeLow;
        final long closes = engine.closesAtMillis();
        nowMillis = closes - 1;
        ring.tick();
        runBatch();
        ring.checkout(2, 7, 4, 12, 0);
        runBatch();
        final Slot late = ring.slot(3);
        nowMillis = closes;
        ring.purchase(3, late.codeHigh, late.codeLow, 0);
        ring.purchase(4, high, low, 0);
        runBatch();
        assertEquals("3 PURCHASED 5", answers.lines.get(2));
        assertEquals("user 7, expires at none", answers.details.get(2), "a code does not say whose it is");
        assertEquals("4 CODE_EXPIRED 6", answers.lines.get(3));
        assertEquals(closes / 1_000, engine.saleId());
    }

    private String shownItems() {
        final SaleStatus status = new SaleStatus();
        board.read(status);
        final StringBuilder text = new StringBuilder();
        for (int item = 0; item < status.items(); item++) {
            final ItemState shown = board.items().read(status, item);
            assertEquals(engine.itemState(item), shown, "item " + item);
            text.append(shown.name().charAt(0));
        }
        return text.toString();
    }

    @Test
    void shouldShowTheStateOfEveryItemAtTheEndOfABatch() {
        assertEquals("AAAAAAAAAA", shownItems());
        for (int item = 1; item <= 4; item++) {
            ring.checkout(item, item, item, item, 0);
        }
        runBatch();
        assertEquals("AHHHHAAAAA", shownItems());
        ring.purchase(5, ring.slot(2).codeHigh, ring.slot(2).codeLow, 0);
        ring.release(6, ring.slot(3).codeHigh, ring.slot(3).codeLow);
        runBatch();
        assertEquals("AHSAHAAAAA", shownItems());
        nowMillis += RULES.holdMillis();
        ring.checkout(7, 9, 4, 9, 0);
        runBatch();
        assertEquals("AASAHAAAAA", shownItems());
    }

    @Test
    void shouldShowTheNextSaleAndNotWhatIsBoughtFromTheClosingOne() {
        nowMillis = engine.closesAtMillis() - 1;
        ring.checkout(1, 7, 3, 11, 0);
        ring.checkout(2, 7, 4, 12, 0);
        runBatch();
        assertEquals("AAAHHAAAAA", shownItems());
        final Slot slot = ring.slot(1);
        nowMillis = engine.closesAtMillis();
        ring.checkout(3, 8, 4, 13, 0);
        ring.purchase(4, slot.codeHigh, slot.codeLow, 0);
        runBatch();
        assertEquals("4 PURCHASED 5", answers.lines.get(3));
        assertEquals("AAAAHAAAAA", shownItems());
    }

    @Test
    void shouldShowMoreItemsWhenASaleHasMore() {
        ring.checkout(1, 7, 3, 11, 0);
        runBatch();
        ring.configure(new SaleRules(EngineLimits.RULES_VERSION, 12, 2, 5_000, 60_000, 1));
        nowMillis = engine.closesAtMillis();
        ring.checkout(2, 7, 11, 12, 0);
        runBatch();
        assertEquals("AAAAAAAAAAAH", shownItems());
    }

    @Test
    void shouldNotShowAnItemThatOnlyTheClosingSaleHas() {
        ring.configure(new SaleRules(EngineLimits.RULES_VERSION, 4, 2, 5_000, 60_000, 1));
        nowMillis = engine.closesAtMillis() - 1;
        ring.checkout(1, 7, 9, 11, 0);
        runBatch();
        final Slot slot = ring.slot(2);
        nowMillis = engine.closesAtMillis();
        ring.purchase(2, slot.codeHigh, slot.codeLow, 0);
        runBatch();
        assertEquals("2 PURCHASED 4", answers.lines.get(1));
        assertEquals("AAAA", shownItems());
    }

    @Test
    void shouldShowTheItemsOfARecoveredEngine() {
        ring.checkout(1, 7, 3, 11, 0);
        runBatch();
        final SaleBoard fresh = new SaleBoard();
        answerStage = new AnswerStage(ring, engine, fresh, 1);
        answerStage.answers(answers);
        ring.tick();
        runBatch();
        final SaleStatus status = new SaleStatus();
        fresh.read(status);
        assertEquals(ItemState.HELD, fresh.items().read(status, 3));
        assertEquals(ItemState.AVAILABLE, fresh.items().read(status, 4));
    }

    @Test
    void shouldStopAtACheckpointThatDisagrees() {
        ring.checkpoint(0, 0);
        runBatch();
        final Checkpoint checkpoint = engineStage.checkpoint();
        assertEquals(2, checkpoint.sequence());
        ring.checkpoint(checkpoint.sequence(), checkpoint.stateHash() + 1);
        assertThrows(IllegalStateException.class, this::runBatch);
    }

    private Ticker ticker() {
        final SaleClock clock = new SaleClock(() -> nowMillis * 1_000_000, () -> nowMillis * 1_000_000, 0);
        final PipelineConfig config =
                new PipelineConfig(RING, PipelineConfig.Layout.FUSED, PipelineConfig.Wait.BLOCKING, 1_000, 10_000);
        return new Ticker(ring, clock, board, engineStage::checkpoint, config);
    }

    private long checkpoints() {
        return counters.of(Outcome.CHECKPOINT_TAKEN) + counters.of(Outcome.CHECKPOINT_PROVED);
    }

    @Test
    void shouldTickWhenIdleAndAtBoundaries() {
        final Ticker ticker = ticker();
        assertEquals(1_000, ticker.doWork());
        nowMillis += 1_000;
        ticker.doWork();
        assertEquals(1, ring.published(), "an idle second passed without a tick");
        runBatch();
        nowMillis = engine.closesAtMillis() - 300;
        assertEquals(300, ticker.doWork());
        runBatch();
        nowMillis += 300;
        ticker.doWork();
        runBatch();
        assertEquals(nowMillis / 1_000, engine.saleId(), "no tick at the boundary");
    }

    @Test
    void shouldTakeACheckpointOnlyWhileCommandsArrive() {
        final Ticker ticker = ticker();
        for (int second = 0; second < 30; second++) {
            ticker.doWork();
            runBatchIfAny();
            nowMillis += 1_000;
        }
        assertEquals(29, ring.published(), "ticks, and nothing else");
        assertEquals(0, checkpoints(), "a checkpoint of an idle service");
        ring.checkout(1, 1, 1, 1, 0);
        ticker.doWork();
        runBatchIfAny();
        assertEquals(1, checkpoints(), "none although a command had come");
        for (int second = 0; second < 30; second++) {
            nowMillis += 1_000;
            ticker.doWork();
            runBatchIfAny();
        }
        assertEquals(1, checkpoints(), "a second one for the same command");
        ring.checkout(2, 2, 2, 2, 0);
        ticker.doWork();
        runBatchIfAny();
        assertEquals(2, checkpoints());
    }

    private void runBatchIfAny() {
        if (ring.published() >= next) {
            runBatch();
        }
    }
}
