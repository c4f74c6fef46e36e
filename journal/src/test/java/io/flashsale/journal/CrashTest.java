package io.flashsale.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Random appends, syncs, crashes and starts on a simulated disk, against a list of what was appended. Set the system property
 * {@code crash.seed} to repeat a run whose seed a failure has printed, and {@code crash.lives} to run longer.
 */
class CrashTest {
    private static final int LIVES = 50;
    private static final int CRASHES = 25;
    private static final int OPERATIONS = 60;

    @ParameterizedTest
    @EnumSource(SyncPolicy.class)
    void shouldKeepEverythingSyncedAndInventNothing(final SyncPolicy policy) {
        final long base = Long.getLong("crash.seed", System.nanoTime());
        final int lives = System.getProperty("crash.seed") == null ? Integer.getInteger("crash.lives", LIVES) : 1;
        for (int life = 0; life < lives; life++) {
            final long seed = base + life;
            try {
                new Life(policy, seed).run();
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError("crash.seed=" + seed + " policy=" + policy + ": " + e.getMessage(), e);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(SyncPolicy.class)
    void shouldSyncCopiesBecauseRepeatedSyncCanFalselySucceed(final SyncPolicy policy) {
        final SimulatedSegmentStorage storage = new SimulatedSegmentStorage(new Random(7));
        final JournalConfig config = new JournalConfig(policy, 1 << 20, 1, 1, 0, 1);
        final Entries entries = new Entries();
        final JournalWriter first = JournalWriter.open(storage, config, Recovered.nothing());
        entries.append(first, 3, 1, 1);
        first.sync();
        entries.append(first, 3, 2, 2);
        storage.failForce = true;
        assertThrows(JournalException.class, first::sync);
        first.abandon();
        storage.failForce = false;

        final Recovered seen = JournalRecovery.recover(storage, 1, List.of(), new Entries());
        assertEquals(6, seen.lastSequence(), "still in the page cache");
        JournalWriter.open(storage, config, seen).abandon();
        storage.losePower();
        final Entries read = new Entries();
        assertEquals(6, JournalRecovery.recover(storage, 1, List.of(), read).lastSequence());
        assertEquals(List.of(1L, 1L, 1L, 2L, 2L, 2L), read.authors);
    }

    /** One journal and its crashes. */
    private static final class Life {
        private final Random random;
        private final SimulatedSegmentStorage storage;
        private final JournalConfig config;
        private final List<Long> history = new ArrayList<>();
        private final Entries writerEntries = new Entries();
        private Entries readerEntries = new Entries();
        private JournalReader reader;
        private long durable;
        private long mark;
        private long author;
        private long answering;
        private boolean cleanlyClosed;

        Life(final SyncPolicy policy, final long seed) {
            random = new Random(seed);
            storage = new SimulatedSegmentStorage(random);
            config = new JournalConfig(policy, 2L * SimulatedSegmentStorage.FILL_BYTES, 1, 1, 0, 1);
            reader = new JournalReader(storage, 1, List.of());
        }

        void run() {
            for (int i = 0; i < CRASHES; i++) {
                final boolean power = random.nextBoolean();
                storage.crashAfter(random.nextInt(5) == 0 ? random.nextInt(12) : random.nextInt(OPERATIONS));
                boolean crashed = false;
                try {
                    live();
                } catch (final SimulatedSegmentStorage.Crash e) {
                    crashed = true;
                }
                storage.crashAfter(Integer.MAX_VALUE);
                pollReader();
                if (power) {
                    storage.losePower();
                }
                verify(power, crashed);
                verifyMark();
            }
        }

        private void live() {
            cleanlyClosed = false;
            final Recovered recovered =
                    JournalRecovery.recover(storage, 1, evidence(), (first, count, time, buffer, offset) -> {});
            final JournalWriter journal = JournalWriter.open(storage, config, recovered);
            durable = Math.max(durable, journal.durableSequence());
            answering = journal.segment();
            assertEquals(history.size(), journal.appendedSequence());
            final int operations = random.nextInt(OPERATIONS);
            for (int i = 0; i < operations; i++) {
                operate(journal);
            }
            if (random.nextInt(4) == 0) {
                journal.close();
                durable = history.size();
                cleanlyClosed = true;
            }
        }

        private void operate(final JournalWriter journal) {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> append(journal);
                case 3, 4 -> {
                    append(journal);
                    if (config.syncPolicy() != SyncPolicy.NEVER) {
                        journal.sync();
                        durable = history.size();
                    }
                }
                case 5 -> journal.keeper().doWork();
                case 6 -> {
                    if (!history.isEmpty()) {
                        final long sequence = random.nextInt(history.size()) + 1L;
                        journal.makeDurable(sequence);
                        mark = Math.max(mark, sequence);
                    }
                }
                default -> pollReader();
            }
            durable = Math.max(durable, journal.durableSequence());
        }

        private void append(final JournalWriter journal) {
            final int count = random.nextInt(10) == 0 ? random.nextInt(300) + 1 : random.nextInt(8) + 1;
            author++;
            final long before = journal.appendedSequence();
            writerEntries.append(journal, count, author, author);
            assertEquals(before + count, journal.appendedSequence());
            answering = journal.segment();
            for (int i = 0; i < count; i++) {
                history.add(author);
            }
        }

        private void pollReader() {
            for (int i = 0; i < 40; i++) {
                reader.poll(readerEntries, 5);
            }
        }

        private void verify(final boolean power, final boolean crashed) {
            final Entries read = new Entries();
            final Recovered recovered = JournalRecovery.recover(storage, 1, evidence(), read);
            final long last = recovered.lastSequence();
            assertEquals(last, read.authors.size());
            assertTrue(last >= durable, "lost: " + last + " of " + durable);
            assertTrue(last <= history.size(), "invented: " + last + " of " + history.size());
            assertEquals(history.subList(0, (int) last), read.authors);
            if (cleanlyClosed && !crashed) {
                assertTrue(recovered.cleanEnd());
                assertEquals(history.size(), last);
            } else {
                assertFalse(recovered.cleanEnd() && last != history.size());
            }
            if (power) {
                history.subList((int) last, history.size()).clear();
                readerEntries = new Entries();
                reader.close();
                reader = new JournalReader(storage, mark + 1, evidence());
            } else {
                assertEquals(history.size(), last, "a killed process loses nothing");
                verifyReader();
            }
        }

        /** A segment that something was answered from, or could have been, is not lost in silence. */
        private void verifyMark() {
            if (answering != 0) {
                final SimulatedSegmentStorage.Segment whole = storage.segments.get(answering);
                storage.segments.put(answering, whole.wiped(random.nextBoolean() ? whole.size : 0));
                assertThrows(
                        JournalCorruptException.class,
                        () -> JournalRecovery.recover(storage, 1, List.of(), new Entries()),
                        () -> "segment " + answering + " was answered from");
                storage.segments.put(answering, whole);
            }
        }

        private void verifyReader() {
            pollReader();
            final int size = readerEntries.authors.size();
            if (size > 0) {
                final int from = (int) readerEntries.firstSequence - 1;
                assertEquals(history.subList(from, from + size), readerEntries.authors);
            }
        }

        private List<Evidence> evidence() {
            return List.of(new Evidence("mark", mark));
        }
    }
}
