package io.flashsale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What stands in journals, snapshots and databases keeps its meaning for ever. */
class WireTest {
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[8 + CommandFlyweight.LENGTH + 8]);
    private final CommandFlyweight command = new CommandFlyweight().wrap(buffer, 8);
    private final SplittableRandom random = new SplittableRandom(1);

    @ParameterizedTest
    @CsvSource(textBlock = """
            CHECKOUT, 1
            PURCHASE, 2
            RELEASE, 3
            TICK, 4
            CONFIGURE, 5
            CHECKPOINT, 6
            """)
    void shouldKeepTheCodeOfEveryCommandType(final CommandType type, final byte code) {
        assertEquals(code, type.code());
        assertEquals(type, CommandType.of(code));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            RESERVED, 1
            REPEATED, 2
            ITEM_UNKNOWN, 3
            SOLD_OUT, 4
            ITEM_SOLD, 5
            ITEM_RESERVED, 6
            USER_LIMIT_REACHED, 7
            PURCHASED, 16
            PURCHASED_AGAIN, 17
            RELEASED, 18
            CODE_UNKNOWN, 19
            CODE_USED, 20
            CODE_EXPIRED, 21
            TICKED, 32
            CONFIGURED, 33
            CONFIGURATION_REFUSED, 34
            RULES_UNKNOWN, 35
            CHECKPOINT_PROVED, 36
            CHECKPOINT_TAKEN, 37
            DIVERGED, 38
            COMMAND_UNKNOWN, 48
            """)
    void shouldKeepTheCodeOfEveryOutcome(final Outcome outcome, final byte code) {
        assertEquals(code, outcome.code());
        assertEquals(outcome, Outcome.of(code));
    }

    @ParameterizedTest
    @CsvSource({"AVAILABLE, 0", "HELD, 1", "SOLD, 2"})
    void shouldKeepTheCodeOfEveryItemState(final ItemState state, final byte code) {
        assertEquals(code, state.code());
    }

    @Test
    void shouldKnowNoOtherCodes() {
        int types = 0;
        int outcomes = 0;
        for (int code = Byte.MIN_VALUE; code <= Byte.MAX_VALUE; code++) {
            types += CommandType.of((byte) code) == null ? 0 : 1;
            try {
                Outcome.of((byte) code);
                outcomes++;
            } catch (final IllegalArgumentException e) {
                assertTrue(e.getMessage().contains(Integer.toString(code)));
            }
        }
        // Whoever adds one adds its row above.
        assertEquals(6, types);
        assertEquals(21, outcomes);
        assertNull(CommandType.of((byte) 0));
        assertThrows(IllegalArgumentException.class, () -> Outcome.of((byte) 0));
    }

    @ParameterizedTest
    @EnumSource
    void shouldStopWhoeverAppliesCommandsOnlyWhenTheReplayIsNoLongerTheLiveRun(final Outcome outcome) {
        assertEquals(outcome == Outcome.RULES_UNKNOWN || outcome == Outcome.DIVERGED, outcome.isFatal());
    }

    @Test
    void shouldReadBackEveryFieldAndLeaveNothingOfTheSlotsFormerContent() {
        for (int i = 0; i < 10_000; i++) {
            final long user = random.nextLong();
            final int item = random.nextInt();
            final long nonce = random.nextLong();
            final long key = random.nextLong();
            dirty();
            command.checkout(user, item, nonce, key);
            assertEquals(CommandType.CHECKOUT, command.type());
            assertEquals(user, command.user());
            assertEquals(item, command.item());
            assertEquals(nonce, command.nonce());
            assertEquals(key, command.retryKey());
            assertClean(1, 4);

            dirty();
            command.purchase(user, nonce, key);
            assertEquals(CommandType.PURCHASE, command.type());
            assertEquals(user, command.codeHigh());
            assertEquals(nonce, command.codeLow());
            assertEquals(key, command.retryKey());
            assertClean(1, 8);

            dirty();
            command.release(user, nonce);
            assertEquals(CommandType.RELEASE, command.type());
            assertEquals(user, command.codeHigh());
            assertEquals(nonce, command.codeLow());
            assertClean(1, 8);
            assertClean(24, 32);

            dirty();
            command.checkpoint(user, nonce);
            assertEquals(CommandType.CHECKPOINT, command.type());
            assertEquals(user, command.previousSequence());
            assertEquals(nonce, command.previousHash());
            assertClean(1, 8);
            assertClean(24, 32);

            final SaleRules rules = new SaleRules(
                    random.nextInt(65_536), item, random.nextInt(), random.nextInt(), random.nextInt(), key);
            dirty();
            command.configure(rules);
            assertEquals(CommandType.CONFIGURE, command.type());
            assertEquals(rules, command.rules());
            assertClean(1, 2);
            assertClean(20, 24);
        }
        dirty();
        command.tick();
        assertEquals(CommandType.TICK, command.type());
        assertClean(1, 32);
    }

    private void dirty() {
        buffer.setMemory(0, buffer.capacity(), (byte) 0xA5);
    }

    private void assertClean(final int from, final int to) {
        for (int i = from; i < to; i++) {
            assertEquals(0, buffer.getByte(8 + i), "byte " + i);
        }
        for (int i = 0; i < 8; i++) {
            assertEquals((byte) 0xA5, buffer.getByte(i));
            assertEquals((byte) 0xA5, buffer.getByte(8 + CommandFlyweight.LENGTH + i));
        }
    }

    @Test
    void shouldMakeEveryCodeAVersion8UuidAndReadItsPartsBack() {
        for (int i = 0; i < 100_000; i++) {
            final long saleId = random.nextLong(1L << 32);
            final int item = random.nextInt(1 << EngineLimits.CODE_ITEM_BITS);
            final long nonce = random.nextLong();
            final long high = SaleCode.high(saleId, item);
            final long low = SaleCode.low(nonce);
            final UUID uuid = new UUID(high, low);
            assertEquals(8, uuid.version());
            assertEquals(2, uuid.variant());
            assertEquals(SaleCode.TEXT_LENGTH, uuid.toString().length());
            assertTrue(SaleCode.isWellFormed(high, low));
            assertEquals(saleId, SaleCode.saleId(high));
            assertEquals(item, SaleCode.item(high));
            assertEquals(nonce & ((1L << EngineLimits.CODE_NONCE_BITS) - 1), SaleCode.nonce(low));
            final UUID stranger = new UUID(random.nextLong(), random.nextLong());
            assertEquals(
                    stranger.version() == 8 && stranger.variant() == 2,
                    SaleCode.isWellFormed(stranger.getMostSignificantBits(), stranger.getLeastSignificantBits()));
        }
        assertFalse(SaleCode.isWellFormed(0, 0));
        assertFalse(SaleCode.isWellFormed(-1, -1));
    }
}
