package io.flashsale.bench.load;

/**
 * SplitMix64: the same numbers from the same seed with every Java version, which {@link java.util.SplittableRandom}
 * does not promise for its bounded draws. One thread.
 */
final class SeededRandom {
    private static final long GOLDEN_GAMMA = 0x9E37_79B9_7F4A_7C15L;
    private static final double UNIT = 0x1.0p-53;

    private long state;

    /**
     * Distinct streams of one seed start at mixed, unrelated states.
     *
     * @param seed   of the run.
     * @param stream which of the run's sequences.
     */
    SeededRandom(final long seed, final int stream) {
        state = mix(seed) + mix((stream + 1) * GOLDEN_GAMMA);
    }

    long next() {
        state += GOLDEN_GAMMA;
        return mix(state);
    }

    /**
     * A number below a bound. The bias is at most bound / 2<sup>63</sup>.
     *
     * @param bound 1 to {@link LoadConfig#MAX_USERS}.
     * @return 0 to bound, exclusive.
     */
    long below(final long bound) {
        return Math.multiplyHigh(next() >>> 1, bound << 1);
    }

    double unit() {
        return (next() >>> 11) * UNIT;
    }

    private static long mix(final long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}
