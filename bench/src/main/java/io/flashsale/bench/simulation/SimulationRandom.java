package io.flashsale.bench.simulation;

import java.util.random.RandomGenerator;

/** All chance of one simulation: SplitMix64, so that a seed means the same on every Java. For one thread. */
final class SimulationRandom implements RandomGenerator {
    private static final long GAMMA = 0x9E37_79B9_7F4A_7C15L;

    private long state;

    SimulationRandom(final long seed) {
        // Neighbouring seeds are to have nothing in common.
        state = mix(seed + GAMMA);
    }

    @Override
    public long nextLong() {
        state += GAMMA;
        return mix(state);
    }

    static long mix(final long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }

    /** From low to high, both included. */
    int between(final int low, final int high) {
        return low + below(high - low + 1);
    }

    /** From 0, below a bound. The bias is far below what any run could notice. */
    int below(final int bound) {
        return (int) ((nextLong() >>> 33) % bound);
    }

    boolean chance(final int perThousand) {
        return perThousand > 0 && below(1_000) < perThousand;
    }

    @Override
    public boolean nextBoolean() {
        return nextLong() < 0;
    }

    @Override
    public int nextInt(final int bound) {
        return below(bound);
    }
}
