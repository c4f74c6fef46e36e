package io.flashsale.engine;

import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Random commands that mean something: they come back to codes issued, keys used, and to the very milliseconds at which
 * holds and sales end. The same seed and the same engine give the same commands.
 */
final class RandomCommands {
    /**
     * A neighbourhood to live in: small numbers make everything collide.
     *
     * @param name           for the reader.
     * @param maxItems       most items of a sale.
     * @param users          number of different users.
     * @param maxSaleSeconds longest sale.
     * @param pace           commands that a sale sees, about.
     * @param startMillis    first timestamp.
     * @param jumps          of 1,000 commands, so many skip sales.
     * @param garbage        of 1,000 commands, so many are random bytes.
     */
    record Profile(
            String name,
            int maxItems,
            int users,
            int maxSaleSeconds,
            int pace,
            long startMillis,
            int jumps,
            int garbage) {}

    static final List<Profile> PROFILES = List.of(
            new Profile("few items", 4, 3, 10, 200, 1_700_000_000_000L, 2, 10),
            new Profile("few users", 60, 9, 60, 2_000, 1_700_000_123_456L, 2, 10),
            new Profile("short sales", 3, 3, 1, 60, -3_000L, 5, 10),
            new Profile("time jumps", 8, 5, 20, 100, 0, 60, 10),
            new Profile("garbage", 6, 5, 30, 150, 1_700_000_000_999L, 5, 400),
            new Profile("end of time", 8, 5, 5, 100, EngineLimits.MAX_TIME_MILLIS - 5_000_000, 1, 10),
            new Profile("crowd", 600, 90, 60, 5_000, 1_700_000_000_000L, 0, 10));

    private static final int MEMORY = 24;

    private final Profile profile;
    private final SplittableRandom random;
    private final SaleEngine engine;
    private final CommandFlyweight command;
    private final UnsafeBuffer buffer;
    private final byte[] bytes = new byte[CommandFlyweight.LENGTH];

    private final long[] codesHigh = new long[MEMORY];
    private final long[] codesLow = new long[MEMORY];
    private final long[] expiries = new long[MEMORY];
    private final byte[][] checkouts = new byte[MEMORY][CommandFlyweight.LENGTH];
    private long timestamp;

    RandomCommands(final Profile profile, final long seed, final SaleEngine engine, final UnsafeBuffer buffer) {
        this.profile = profile;
        this.random = new SplittableRandom(seed);
        this.engine = engine;
        this.buffer = buffer;
        command = new CommandFlyweight().wrap(buffer, 0);
        timestamp = profile.startMillis();
    }

    /** Writes the next command into the buffer and says its timestamp. */
    long next() {
        encode();
        return nextTimestamp();
    }

    /** Remembers what was issued, to come back to it. */
    void learn(final Decision decision) {
        if (decision.outcome() == Outcome.RESERVED) {
            final int slot = random.nextInt(MEMORY);
            codesHigh[slot] = decision.codeHigh();
            codesLow[slot] = decision.codeLow();
            expiries[slot] = decision.expiresAtMillis();
            buffer.getBytes(0, checkouts[slot]);
        }
    }

    private long nextTimestamp() {
        final int length = engine.rules() == null ? 1_000 : engine.rules().saleMillis();
        final int dice = random.nextInt(1_000);
        if (dice < 300) {
            timestamp += random.nextInt(Math.max(2, 4 * length / profile.pace()));
        } else if (dice < 500 && random.nextInt(profile.pace()) < 5) {
            // The end of a hold, and the millisecond before.
            timestamp = Math.max(timestamp, expiries[random.nextInt(MEMORY)] - random.nextInt(2));
        } else if (dice < 600 && random.nextInt(profile.pace()) < 5) {
            timestamp = engine.closesAtMillis() - random.nextInt(2);
        } else if (dice >= 600 && dice < 600 + profile.jumps()) {
            timestamp += random.nextLong(4L * length);
        } else if (dice > 990) {
            // Time that goes backwards, a little or beyond all bounds, for one command.
            return random.nextBoolean() ? timestamp - random.nextInt(length) : Long.MIN_VALUE + random.nextInt(9);
        }
        return timestamp;
    }

    private void encode() {
        final int dice = random.nextInt(1_000);
        if (dice < profile.garbage()) {
            random.nextBytes(bytes);
            bytes[0] = random.nextBoolean() ? bytes[0] : (byte) random.nextInt(8);
            buffer.putBytes(0, bytes);
        } else if (dice < 8 + profile.garbage() || (engine.rules() == null && random.nextInt(4) == 0)) {
            command.configure(rules());
        } else if (dice < 600) {
            checkout();
        } else if (dice < 800) {
            final int slot = random.nextInt(MEMORY);
            command.purchase(high(slot), low(slot), random.nextInt(3));
        } else if (dice < 900) {
            final int slot = random.nextInt(MEMORY);
            command.release(high(slot), low(slot));
        } else if (dice < 930) {
            final int wrong = random.nextInt(8) == 0 ? 1 : 0;
            command.checkpoint(engine.checkpointSequence() - random.nextInt(8) / 7, engine.checkpointHash() + wrong);
        } else {
            command.tick();
        }
    }

    private void checkout() {
        final byte[] earlier = checkouts[random.nextInt(MEMORY)];
        if (random.nextInt(8) == 0 && earlier[0] != 0) {
            buffer.putBytes(0, earlier);
            return;
        }
        // One item too many, so that unknown ones are asked for; few nonces and keys, so that they collide.
        command.checkout(
                random.nextInt(profile.users()) - 1L,
                random.nextInt(engine.items() + 1) - random.nextInt(9) / 8,
                random.nextInt(4) == 0 ? random.nextInt(2) : random.nextLong(),
                random.nextInt(4));
    }

    private SaleRules rules() {
        final int saleMillis = 1_000 * (1 + random.nextInt(profile.maxSaleSeconds()));
        final int holdMillis = random.nextInt(3) == 0 ? saleMillis : 1 + random.nextInt(saleMillis);
        final int items = 1 + random.nextInt(profile.maxItems());
        final int wrong = random.nextInt(10) == 0 ? random.nextInt(1, 6) : 0;
        return new SaleRules(
                wrong == 1 ? random.nextInt(EngineLimits.RULES_VERSION + 2) : EngineLimits.RULES_VERSION,
                wrong == 2 ? -random.nextInt(2) : items,
                wrong == 3 ? -random.nextInt(2) : 1 + random.nextInt(Math.min(8, 1 + items / 2)),
                wrong == 4 ? saleMillis + 1 : holdMillis,
                wrong == 5 ? saleMillis + 1 : saleMillis,
                random.nextLong());
    }

    private long high(final int slot) {
        final long high = codesHigh[slot];
        return switch (random.nextInt(12)) {
            case 0 -> high ^ 1L << random.nextInt(64);
            case 1 -> high + ((random.nextInt(-2, 3) * 1_000L) << 32);
            default -> high;
        };
    }

    private long low(final int slot) {
        return random.nextInt(16) == 0 ? codesLow[slot] ^ 1L << random.nextInt(64) : codesLow[slot];
    }
}
