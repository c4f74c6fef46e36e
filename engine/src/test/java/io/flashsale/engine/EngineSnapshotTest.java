package io.flashsale.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What was encoded comes back; what was damaged never does. */
class EngineSnapshotTest {
    private static final int CRC_LENGTH = Integer.BYTES;
    private static final int SMALL = 300;

    /** Engines in every kind of state, each by its snapshot. */
    static List<byte[]> snapshots() {
        final List<byte[]> snapshots = new ArrayList<>();
        final EngineStory story = new EngineStory();
        snapshots.add(story.snapshot());
        story.tick(5_000);
        snapshots.add(story.snapshot());
        story.checkpoint();
        snapshots.add(story.snapshot());
        story.configure(3, 2, 1_500, 2_000);
        snapshots.add(story.snapshot());
        story.checkout(7, 0, 11);
        snapshots.add(story.snapshot());
        story.checkout(8, 2, 0);
        story.purchase(12);
        story.tick(5_100);
        story.checkout(7, 1, 0);
        snapshots.add(story.snapshot());
        story.configure(5, 1, 1_000, 1_000);
        story.tick(6_000);
        snapshots.add(story.snapshot());
        story.checkout(7, 4, 13);
        story.checkpoint();
        snapshots.add(story.snapshot());
        story.purchase(0);
        story.tick(6_600);
        snapshots.add(story.snapshot());
        story.configure(1, 1, 1_000, 1_000);
        story.tick(9_000);
        story.checkout(-1, 0, -1);
        snapshots.add(story.snapshot());
        return snapshots;
    }

    @ParameterizedTest
    @MethodSource("snapshots")
    void shouldRestoreWhatWasEncoded(final byte[] snapshot) {
        final SaleEngine restored = decode(snapshot);
        assertArrayEquals(snapshot, EngineStory.snapshot(restored));
    }

    @ParameterizedTest
    @MethodSource("snapshots")
    void shouldReadAndWriteAtAnyOffset(final byte[] snapshot) {
        final int offset = 24;
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[offset + snapshot.length + offset]);
        buffer.putBytes(offset, snapshot);
        final SaleEngine restored = EngineSnapshot.decode(buffer, offset, snapshot.length);
        buffer.setMemory(0, buffer.capacity(), (byte) 0x55);
        assertEquals(snapshot.length, EngineSnapshot.encode(restored, buffer, offset));
        final byte[] written = new byte[buffer.capacity()];
        buffer.getBytes(0, written);
        assertArrayEquals(snapshot, Arrays.copyOfRange(written, offset, offset + snapshot.length));
        for (int i = 0; i < offset; i++) {
            assertEquals(0x55, written[i]);
            assertEquals(0x55, written[offset + snapshot.length + i]);
        }
    }

    @ParameterizedTest
    @MethodSource("snapshots")
    void shouldRejectEveryChangeOfOneByte(final byte[] snapshot) {
        final byte[] damaged = snapshot.clone();
        for (int i = 0; i < damaged.length; i++) {
            // Every other value in the small ones, every single bit in the rest.
            for (int change = 1; change < 256; change += snapshot.length < SMALL ? 1 : change) {
                damaged[i] = (byte) (snapshot[i] ^ change);
                assertRejected(damaged, "byte " + i + " changed by " + change);
            }
            damaged[i] = snapshot[i];
        }
    }

    @ParameterizedTest
    @MethodSource("snapshots")
    void shouldRejectEveryTruncationAndEveryExcess(final byte[] snapshot) {
        for (int length = 0; length < snapshot.length; length++) {
            assertRejected(Arrays.copyOf(snapshot, length), length + " bytes");
        }
        assertRejected(Arrays.copyOf(snapshot, snapshot.length + 1), "one byte more");
        assertRejected(Arrays.copyOf(snapshot, snapshot.length + 56), "one item more");
    }

    @Test
    void shouldRejectALengthBelowZero() {
        assertThrows(
                SnapshotFormatException.class, () -> EngineSnapshot.decode(new UnsafeBuffer(new byte[400]), 0, -1));
    }

    @ParameterizedTest
    @MethodSource("snapshots")
    void shouldRejectAChangeWithItsCrcRepairedOrRestoreAnEngineThatWorks(final byte[] snapshot) {
        for (int i = 0; i < snapshot.length - CRC_LENGTH; i++) {
            for (final int change : new int[] {0x01, 0x02, 0x10, 0x80, 0xFF}) {
                final byte[] changed = snapshot.clone();
                changed[i] ^= (byte) change;
                repairCrc(changed);
                final SaleEngine restored = decodeOrNull(changed);
                if (restored != null) {
                    assertArrayEquals(changed, EngineStory.snapshot(restored), "byte " + i + " changed by " + change);
                    work(restored, i);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("snapshots")
    void shouldRejectAChangeOfWhatDecidesLaterOutcomesThoughItsCrcIsRepaired(final byte[] snapshot) {
        final int length = snapshot.length;
        // Time, books and items; not the sequence and the checkpoint, which the state hash leaves out.
        for (int i = 32; i < length - 16; i++) {
            final boolean checkpoint = i >= 40 && i < 56;
            final boolean hashSeed = isHashSeed(snapshot, i);
            if (!checkpoint && !hashSeed) {
                final byte[] changed = snapshot.clone();
                changed[i] ^= 0x04;
                repairCrc(changed);
                assertRejected(changed, "byte " + i);
            }
        }
    }

    /** What a snapshot is forged from: a sound one of two books, with one thing wrong. */
    private static final class Forgery {
        private long sequence = 50;
        private long now = 12_500;
        private long checkpointSequence = 40;
        private SaleRules pending = new SaleRules(EngineLimits.RULES_VERSION, 4, 2, 2_000, 5_000, 1);
        private SaleRules openRules = pending;
        private SaleRules closingRules = pending;
        private long openOpens = 10_000;
        private long openCloses = 15_000;
        private long closingOpens = 5_000;
        private long closingCloses = 10_000;
        private long expiresAt = 14_000;
        private long closingExpiresAt = 11_999;
        private boolean closingSold = true;
        private long checkoutSequence = 30;
        private long nonce = 5;
        private boolean userAboveLimit;

        private byte[] snapshot() {
            final SaleBook open = new SaleBook(4);
            open.open(openRules, openOpens, openCloses);
            for (int item = 0; item < (userAboveLimit ? 3 : 2); item++) {
                open.hold(item, 7, nonce, 0, expiresAt, checkoutSequence);
            }
            final SaleBook closing = new SaleBook(4);
            closing.open(closingRules, closingOpens, closingCloses);
            closing.hold(1, 7, 6, 0, closingExpiresAt, 20);
            if (closingSold) {
                closing.sell(1, 0);
            }
            return EngineStory.snapshot(new SaleEngine(sequence, now, checkpointSequence, 9, pending, open, closing));
        }
    }

    static Stream<Arguments> forgeries() {
        final SaleRules longHold = new SaleRules(EngineLimits.RULES_VERSION, 4, 2, 6_000, 6_000, 1);
        return Stream.of(
                forgery("time before the epoch", f -> f.now = -1),
                forgery("time behind the end", f -> f.now = EngineLimits.MAX_TIME_MILLIS + 1),
                forgery("time before the opening", f -> f.now = 9_999),
                forgery("time at the closing", f -> f.now = 15_000),
                forgery("sequence below zero", f -> f.sequence = -1),
                forgery("checkpoint after the last command", f -> f.checkpointSequence = 51),
                forgery("checkpoint below zero", f -> f.checkpointSequence = -1),
                forgery("no rules for the next sale", f -> f.pending = null),
                forgery("opening within a second", f -> f.openOpens = 10_001),
                forgery("closing off the boundary", f -> f.openCloses = 15_001),
                forgery("closing sale still open", f -> f.openOpens = 9_000),
                forgery("closing sale that never opened", f -> f.closingOpens = -5_000),
                forgery("closing sale that ends as it begins", f -> f.closingOpens = 10_000),
                forgery("hold of the closing sale longer than the open sale", f -> f.closingRules = longHold),
                forgery("hold that has run out", f -> {
                    f.expiresAt = 12_500;
                    f.now = 12_500;
                }),
                forgery("hold that was taken before the sale", f -> f.expiresAt = 11_999),
                forgery("hold that was taken in the future", f -> f.expiresAt = 14_501),
                forgery("dead hold in the closing sale", f -> f.closingSold = false),
                forgery("checkout after the last command", f -> f.checkoutSequence = 51),
                forgery("checkout before the first command", f -> f.checkoutSequence = 0),
                forgery("code of more bits than a code has", f -> f.nonce = 1L << 62),
                forgery("user above the limit", f -> f.userAboveLimit = true));
    }

    private static Arguments forgery(final String what, final Consumer<Forgery> change) {
        return Arguments.of(what, change);
    }

    @Test
    void shouldRestoreTheSoundSnapshotThatForgeriesAreMadeFrom() {
        final byte[] snapshot = new Forgery().snapshot();
        work(decode(snapshot), 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void shouldRejectAStateThatNoCommandsLeadToThoughHashAndCrcAreRight(
            final String what, final Consumer<Forgery> change) {
        final Forgery forgery = new Forgery();
        change.accept(forgery);
        assertRejected(forgery.snapshot(), what);
    }

    /** The hash seed of the next rules, and of those of the books, decides how fast users are found, and nothing else. */
    private static boolean isHashSeed(final byte[] snapshot, final int index) {
        final UnsafeBuffer buffer = new UnsafeBuffer(snapshot);
        int rules = 56;
        boolean seed = index >= rules + 24 && index < rules + 32;
        int book = 88;
        for (int books = buffer.getInt(12, ByteOrder.LITTLE_ENDIAN); books > 0; books--) {
            rules = book + 24;
            seed |= index >= rules + 24 && index < rules + 32;
            book += 56
                    + 56
                            * (buffer.getInt(book + 16, ByteOrder.LITTLE_ENDIAN)
                                    + buffer.getInt(book + 20, ByteOrder.LITTLE_ENDIAN));
        }
        return seed;
    }

    /** Random commands, to see whether a restored engine holds its own invariants. */
    private static void work(final SaleEngine engine, final long seed) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[CommandFlyweight.LENGTH]);
        final RandomCommands commands = new RandomCommands(RandomCommands.PROFILES.get(3), seed, engine, buffer);
        final Decision decision = new Decision();
        final long start = engine.nowMillis();
        for (int i = 0; i < 300; i++) {
            engine.apply(engine.lastSequence() + 1, start + commands.next(), buffer, 0, decision);
            commands.learn(decision);
        }
        assertEquals(engine.stateHash(), decode(EngineStory.snapshot(engine)).stateHash());
    }

    private static SaleEngine decode(final byte[] snapshot) {
        return EngineSnapshot.decode(new UnsafeBuffer(snapshot), 0, snapshot.length);
    }

    private static SaleEngine decodeOrNull(final byte[] snapshot) {
        try {
            return decode(snapshot);
        } catch (final SnapshotFormatException e) {
            return null;
        }
    }

    private static void assertRejected(final byte[] snapshot, final String what) {
        final SnapshotFormatException e =
                assertThrows(SnapshotFormatException.class, () -> decode(snapshot), () -> what);
        assertTrue(e.getMessage().length() > 10, what);
    }

    static void repairCrc(final byte[] snapshot) {
        final CRC32C crc = new CRC32C();
        crc.update(snapshot, 0, snapshot.length - CRC_LENGTH);
        new UnsafeBuffer(snapshot).putInt(snapshot.length - CRC_LENGTH, (int) crc.getValue(), ByteOrder.LITTLE_ENDIAN);
    }
}
