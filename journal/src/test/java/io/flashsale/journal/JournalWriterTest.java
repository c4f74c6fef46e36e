package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Sync, failure and space, driven by hand on a simulated disk. */
class JournalWriterTest {
    private static final long HOUR_MILLIS = 3_600_000;
    private static final long RESERVE = 2L * SimulatedSegmentStorage.FILL_BYTES;

    private final SimulatedSegmentStorage storage = new SimulatedSegmentStorage(new Random(1));
    private final Entries entries = new Entries();
    private final List<JournalException> failures = new ArrayList<>();

    @Test
    void shouldFailForEverAfterFailedSync() {
        final JournalWriter journal = open(SyncPolicy.ALWAYS);
        entries.append(journal, 1, 1, 1);
        storage.failForce = true;
        assertThrows(JournalException.class, journal::sync);
        storage.failForce = false;
        assertThrows(JournalException.class, journal::sync);
        assertThrows(JournalException.class, () -> journal.makeDurable(1));
        assertThrows(JournalException.class, () -> entries.append(journal, 1, 1, 1));
        assertEquals(0, journal.durableSequence());
        assertEquals(1, failures.size(), "told once");
        journal.close();
        assertFalse(
                JournalRecovery.recover(storage, 1, List.of(), new Entries()).cleanEnd());
    }

    @Test
    void shouldSyncAtTheInterval() {
        final JournalWriter journal = open(SyncPolicy.INTERVAL);
        final AtomicLong nanos = new AtomicLong();
        final JournalKeeper keeper = journal.keeper().clock(nanos::get);
        settle(keeper);
        entries.append(journal, 1, 1, 1);
        nanos.addAndGet(999);
        keeper.doWork();
        assertEquals(0, journal.durableSequence());
        nanos.addAndGet(1);
        keeper.doWork();
        assertEquals(1, journal.durableSequence());
    }

    @Test
    void shouldTellOwnerWhenTheIntervalsSyncFails() {
        final JournalWriter journal = open(SyncPolicy.INTERVAL);
        final AtomicLong nanos = new AtomicLong();
        final JournalKeeper keeper = journal.keeper().clock(nanos::get);
        entries.append(journal, 1, 1, 1);
        storage.failForce = true;
        nanos.addAndGet(1000);
        assertThrows(JournalException.class, keeper::doWork);
        assertEquals(1, failures.size());
    }

    @Test
    void shouldFailForEverAfterFailedSyncOfFilledSpace() {
        final JournalWriter journal = open(SyncPolicy.ALWAYS);
        storage.failForce = true;
        assertThrows(JournalException.class, () -> journal.keeper().doWork());
        storage.failForce = false;
        assertEquals(1, failures.size(), "the sync may have covered records");
        assertThrows(JournalException.class, () -> entries.append(journal, 1, 1, 1));
    }

    @Test
    void shouldRefuseToMakeDurableWhatWasNotAppended() {
        final JournalWriter journal = open(SyncPolicy.NEVER);
        entries.append(journal, 3, 1, 1);
        final long impossible = 3L + journal.maxBatch() + 1;
        assertThrows(IllegalArgumentException.class, () -> journal.makeDurable(impossible));
        journal.makeDurable(2);
        assertEquals(3, journal.durableSequence());
    }

    @Test
    void shouldWaitForARecordThatWasReadBeforeItWasCounted() throws Exception {
        final JournalWriter journal = open(SyncPolicy.NEVER);
        entries.append(journal, 3, 1, 1);
        final FutureTask<Long> reader = new FutureTask<>(() -> {
            journal.makeDurable(4);
            return journal.durableSequence();
        });
        final Thread thread = new Thread(reader, "reader");
        thread.start();
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (thread.getState() != Thread.State.TIMED_WAITING && System.nanoTime() - deadline < 0) {
            Thread.onSpinWait();
        }
        assertFalse(reader.isDone());
        entries.append(journal, 1, 1, 1);
        assertEquals(4, reader.get(10, TimeUnit.SECONDS));
    }

    @Test
    void shouldSayWhenThereIsNoRoomAndRecover() {
        final JournalWriter journal = open(SyncPolicy.ALWAYS);
        final AtomicLong nanos = new AtomicLong();
        final JournalKeeper keeper = journal.keeper().clock(nanos::get);
        assertFalse(journal.hasRoom(), "the first fill is smaller than the reserve");
        settle(keeper);
        assertTrue(journal.hasRoom());
        storage.full = true;
        while (journal.hasRoom()) {
            entries.append(journal, 10, 1, 1);
            keeper.doWork();
        }
        assertNotNull(keeper.spaceTrouble());
        entries.append(journal, 10, 1, 1);
        journal.sync();
        storage.full = false;
        nanos.addAndGet(1_000_000_000);
        settle(keeper);
        assertTrue(journal.hasRoom());
    }

    @Test
    void shouldFailRatherThanPassTheFrontier() {
        final JournalWriter journal = open(SyncPolicy.ALWAYS);
        storage.full = true;
        final JournalException failure = assertThrows(JournalException.class, () -> {
            for (int i = 0; i < 10_000; i++) {
                entries.append(journal, 10, 1, 1);
            }
        });
        assertTrue(failure.getMessage().contains("No space left"), failure.getMessage());
        assertEquals(1, failures.size());
    }

    @Test
    void shouldStayInTheSegmentWhenThereIsNoSpaceForAnother() {
        final JournalWriter journal = open(SyncPolicy.ALWAYS);
        final JournalKeeper keeper = journal.keeper();
        while (journal.frontierLead() < 200_000) {
            keeper.doWork();
        }
        storage.full = true;
        while (journal.bytes() < 150_000) {
            entries.append(journal, 10, 1, 1);
        }
        assertEquals(1, journal.segment());
        for (int i = 0; i < 5; i++) {
            keeper.doWork();
        }
        assertEquals(List.of(1L), List.copyOf(storage.segments.keySet()), "attempts leave nothing behind");
    }

    @Test
    void shouldRotateIntoThePreparedSegment() {
        final JournalWriter journal = open(SyncPolicy.ALWAYS);
        while (journal.segment() < 5) {
            entries.append(journal, 10, 1, 1);
            journal.keeper().doWork();
        }
        journal.close();
        final Entries read = new Entries();
        final Recovered recovered = JournalRecovery.recover(storage, 1, List.of(), read);
        assertEquals(journal.appendedSequence(), recovered.lastSequence());
        assertEquals(5, recovered.tail().segment());
    }

    @Test
    void shouldRotateWhenTheFirstBatchIsOldByTheJournalsTime() {
        final JournalWriter journal = openForAnHour();
        entries.append(journal, 1, 1, 10_000_000);
        entries.append(journal, 1, 1, 10_000_000 + HOUR_MILLIS - 1);
        assertEquals(1, journal.segment());
        entries.append(journal, 1, 1, 10_000_000 + HOUR_MILLIS);
        assertEquals(2, journal.segment());
        entries.append(journal, 1, 1, 10_000_000 + 2 * HOUR_MILLIS - 1);
        assertEquals(2, journal.segment());
        entries.append(journal, 1, 1, 10_000_000 + 2 * HOUR_MILLIS);
        assertEquals(3, journal.segment());
        final List<JournalSegments.Segment> segments =
                JournalSegments.of(storage).segments();
        assertEquals(10_000_000 + HOUR_MILLIS - 1, segments.get(1).createdMillis(), "the time of the batch before");
        assertEquals(3, segments.get(1).firstSequence());
        journal.close();
        assertEquals(
                5, JournalRecovery.recover(storage, 1, List.of(), new Entries()).lastSequence());
    }

    @Test
    void shouldPrepareTheNextSegmentBeforeTheTimeIsOver() {
        final JournalWriter journal = openForAnHour();
        settle(journal.keeper());
        entries.append(journal, 1, 1, 0);
        entries.append(journal, 1, 1, HOUR_MILLIS / 8 * 7 - 1);
        settle(journal.keeper());
        assertEquals(List.of(1L), List.copyOf(storage.segments.keySet()));
        entries.append(journal, 1, 1, HOUR_MILLIS / 8 * 7);
        settle(journal.keeper());
        assertEquals(List.of(1L, 2L), List.copyOf(storage.segments.keySet()));
        assertEquals(1, journal.segment());
        journal.close();
        assertEquals(List.of(1L), List.copyOf(storage.segments.keySet()), "it is not left for a start to warn of");
        final Recovered recovered = JournalRecovery.recover(storage, 1, List.of(), new Entries());
        assertTrue(recovered.cleanEnd());
        assertEquals(List.of(), recovered.unfinished());
    }

    @Test
    void shouldAskForASegmentOnceAMinuteWhenThereIsNoSpaceForAnother() {
        final JournalWriter journal = openForAnHour();
        settle(journal.keeper());
        entries.append(journal, 1, 1, 0);
        storage.full = true;
        entries.append(journal, 1, 1, HOUR_MILLIS);
        storage.full = false;
        entries.append(journal, 1, 1, HOUR_MILLIS + 59_999);
        assertEquals(1, journal.segment());
        entries.append(journal, 1, 1, HOUR_MILLIS + 60_000);
        assertEquals(2, journal.segment());
    }

    @Test
    void shouldGiveBackWhatTheSegmentBeforeDidNotUse() {
        final JournalWriter journal = openForAnHour();
        settle(journal.keeper());
        entries.append(journal, 1, 1, 0);
        final long filled = storage.segments.get(1L).size;
        entries.append(journal, 1, 1, HOUR_MILLIS);
        assertEquals(filled, storage.segments.get(1L).size, "not by the appending thread");
        settle(journal.keeper());
        assertTrue(storage.segments.get(1L).size < filled, "still " + storage.segments.get(1L).size + " of " + filled);
        assertTrue(storage.segments.get(2L).size >= filled, "the one being written is left alone");
    }

    @Test
    void shouldGoOnWhereTheSegmentBeforeIsDeletedBeforeItIsTrimmed() {
        final JournalWriter journal = openForAnHour();
        settle(journal.keeper());
        entries.append(journal, 1, 1, 0);
        entries.append(journal, 1, 1, HOUR_MILLIS);
        storage.delete(1);
        settle(journal.keeper());
        assertNull(journal.keeper().spaceTrouble());
        assertTrue(journal.hasRoom());
        entries.append(journal, 1, 1, HOUR_MILLIS);
        assertEquals(List.of(), failures);
    }

    private JournalWriter openForAnHour() {
        final JournalConfig config = new JournalConfig(
                        SyncPolicy.ALWAYS, 64L * SimulatedSegmentStorage.FILL_BYTES, 1, RESERVE, RESERVE, 1000)
                .withRetention(Duration.ofHours(8));
        return JournalWriter.open(storage, config, Recovered.nothing(), 1, failures::add);
    }

    @Test
    void shouldRefuseEmptyAndOversizedBatches() {
        final JournalWriter journal = open(SyncPolicy.ALWAYS);
        assertThrows(IllegalArgumentException.class, () -> entries.append(journal, 0, 1, 1));
        assertThrows(
                IllegalArgumentException.class,
                () -> journal.append(
                        new org.agrona.concurrent.UnsafeBuffer(new byte[0]), 0, journal.maxBatch() + 1, 1));
        entries.append(journal, journal.maxBatch(), 1, 1);
        assertEquals(4096, journal.appendedSequence());
    }

    private JournalWriter open(final SyncPolicy policy) {
        final JournalConfig config =
                new JournalConfig(policy, 4L * SimulatedSegmentStorage.FILL_BYTES, 1, RESERVE, RESERVE, 1000);
        return JournalWriter.open(
                storage, config, JournalRecovery.recover(storage, 1, List.of(), entries), 1, failures::add);
    }

    private static void settle(final JournalKeeper keeper) {
        int steps = 0;
        while (keeper.doWork() > 0 && steps++ < 1000) {}
    }
}
