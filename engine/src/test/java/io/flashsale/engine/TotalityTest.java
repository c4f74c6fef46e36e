package io.flashsale.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Any 32 bytes, at any time, get an outcome. */
class TotalityTest {
    private static final int COMMANDS = 1_000_000;
    private static final int OFFSET = 8;
    private static final long[] EXTREMES = {
        0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MIN_VALUE, Integer.MAX_VALUE, 0xFFFF_FFFFL, 1L << 32, 1_000
    };

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[OFFSET + CommandFlyweight.LENGTH + OFFSET]);
    private final CommandFlyweight command = new CommandFlyweight().wrap(buffer, OFFSET);
    private final Decision decision = new Decision();

    static LongStream seeds() {
        return Seeds.all();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldDecideEveryRandomCommandAndChangeNoneOfItsBytes(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final SaleEngine engine = new SaleEngine();
        final byte[] before = new byte[buffer.capacity()];
        final Set<Outcome> seen = EnumSet.noneOf(Outcome.class);
        for (int sequence = 1; sequence <= COMMANDS; sequence++) {
            randomCommand(random, engine);
            buffer.getBytes(0, before);
            try {
                engine.apply(sequence, randomTime(random, engine), buffer, OFFSET, decision);
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError(
                        "-Dflashsale.seed=" + seed + ", command " + sequence + ": "
                                + HexFormat.of().formatHex(before),
                        e);
            }
            seen.add(decision.outcome());
            if (sequence % 1_024 == 0) {
                final byte[] after = new byte[before.length];
                buffer.getBytes(0, after);
                assertArrayEquals(before, after);
            }
        }
        assertEquals(EnumSet.allOf(Outcome.class), seen, "-Dflashsale.seed=" + seed);
    }

    private void randomCommand(final SplittableRandom random, final SaleEngine engine) {
        for (int i = 0; i < CommandFlyweight.LENGTH; i += Long.BYTES) {
            final int kind = random.nextInt(4);
            final long word = kind == 0
                    ? EXTREMES[random.nextInt(EXTREMES.length)]
                    : kind == 1 ? random.nextInt(100) : random.nextLong();
            buffer.putLong(OFFSET + i, word);
        }
        buffer.putByte(OFFSET, (byte) random.nextInt(random.nextInt(8) == 0 ? 256 : 7));
        if (command.type() == CommandType.CONFIGURE && random.nextBoolean()) {
            buffer.putShort(OFFSET + 2, (short) EngineLimits.RULES_VERSION);
            // Mostly few items, so that an hour of this does not fill its time with books of a million.
            buffer.putInt(OFFSET + 4, random.nextInt(-1, random.nextInt(64) == 0 ? 100_000 : 20));
            buffer.putInt(OFFSET + 8, random.nextInt(-1, 4));
            buffer.putInt(OFFSET + 12, random.nextInt(-1, 10_000));
            buffer.putInt(OFFSET + 16, 1_000 * random.nextInt(12));
        }
        if (random.nextBoolean()) {
            tame(random, engine);
        }
    }

    /** Half of the commands nearly mean something, so that every outcome is reached. */
    private void tame(final SplittableRandom random, final SaleEngine engine) {
        final CommandType type = command.type();
        if (type == CommandType.PURCHASE || type == CommandType.RELEASE) {
            final long sale = engine.saleId() + random.nextInt(-1, 2) / 2;
            buffer.putLong(OFFSET + 8, SaleCode.high(sale, random.nextInt(6)));
            buffer.putLong(OFFSET + 16, SaleCode.low(random.nextInt(3)));
            buffer.putLong(OFFSET + 24, random.nextInt(3));
        } else if (type == CommandType.CHECKOUT) {
            buffer.putInt(OFFSET + 4, random.nextInt(6));
            buffer.putLong(OFFSET + 8, random.nextInt(3));
            buffer.putLong(OFFSET + 16, random.nextInt(3));
            buffer.putLong(OFFSET + 24, random.nextInt(3));
        } else if (type == CommandType.CHECKPOINT) {
            command.checkpoint(engine.checkpointSequence(), engine.checkpointHash() + random.nextInt(2));
        }
    }

    private static long randomTime(final SplittableRandom random, final SaleEngine engine) {
        return switch (random.nextInt(64)) {
            case 0 -> Long.MIN_VALUE + random.nextInt(3);
            case 1 -> random.nextLong() >> 1 | Long.MIN_VALUE;
            case 2 -> engine.closesAtMillis();
            case 3 -> engine.nowMillis() + random.nextInt(100_000);
            // Once in a while time ends: a few thousand commands are left behind it.
            case 4 -> engine.lastSequence() > COMMANDS - 3_000 ? Long.MAX_VALUE : engine.nowMillis();
            default -> engine.nowMillis() + random.nextInt(200);
        };
    }

    @Test
    void shouldRefuseASequenceThatIsNotTheNext() {
        final SaleEngine engine = new SaleEngine();
        command.tick();
        engine.apply(1, 0, buffer, OFFSET, decision);
        for (final long wrong : new long[] {1, 0, 3, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> engine.apply(wrong, 0, buffer, OFFSET, decision));
        }
        engine.apply(2, 0, buffer, OFFSET, decision);
        assertEquals(2, engine.lastSequence());
    }

    @Test
    void shouldSellAMillionItemsToTheirLast() {
        final int items = EngineLimits.MAX_ITEMS;
        final SaleEngine engine = new SaleEngine();
        long sequence = 0;
        command.configure(new SaleRules(EngineLimits.RULES_VERSION, items, 3, 60_000, 3_600_000, 42));
        engine.apply(++sequence, 0, buffer, OFFSET, decision);
        for (int item = 0; item < items; item++) {
            command.checkout(item / 3, item, item, 0);
            engine.apply(++sequence, 0, buffer, OFFSET, decision);
            assertEquals(Outcome.RESERVED, decision.outcome());
            command.purchase(decision.codeHigh(), decision.codeLow(), 0);
            engine.apply(++sequence, 0, buffer, OFFSET, decision);
            assertEquals(Outcome.PURCHASED, decision.outcome());
        }
        assertEquals(0, engine.available());
        command.checkout(-1, 0, 0, 0);
        engine.apply(++sequence, 0, buffer, OFFSET, decision);
        assertEquals(Outcome.SOLD_OUT, decision.outcome());
        engine.apply(++sequence, 3_600_000, buffer, OFFSET, decision);
        assertEquals(Outcome.RESERVED, decision.outcome());
        assertEquals(items - 1, engine.available());
    }

    @Test
    void shouldLetAMillionHoldsExpireAtOnce() {
        final int items = EngineLimits.MAX_ITEMS;
        final SaleEngine engine = new SaleEngine();
        command.configure(new SaleRules(EngineLimits.RULES_VERSION, items, items, 60_000, 3_600_000, 42));
        engine.apply(1, 0, buffer, OFFSET, decision);
        for (int item = 0; item < items; item++) {
            command.checkout(item % 2, item, item, 0);
            engine.apply(2 + item, 0, buffer, OFFSET, decision);
        }
        assertEquals(items, engine.held());
        command.tick();
        engine.apply(2 + items, 60_000, buffer, OFFSET, decision);
        assertEquals(items, engine.available());
    }
}
