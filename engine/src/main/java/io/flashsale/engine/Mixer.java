package io.flashsale.engine;

/** Mixes 64-bit words. Not cryptographic: the user table's secret is its seed, and the state hash guards against bugs. */
final class Mixer {
    private Mixer() {}

    /**
     * The finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014, variant 13
     * of David Stafford): a bijection whose every output bit depends on every input bit.
     *
     * @param value any.
     * @return mixed value.
     */
    static long mix(final long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /**
     * Folds one more word into a hash; the order of words matters.
     *
     * @param hash  so far.
     * @param value next word.
     * @return new hash.
     */
    static long fold(final long hash, final long value) {
        return mix(hash * 0x9E3779B97F4A7C15L + value);
    }

    /**
     * One word's share of a sum that is to be mixed. A product's highest bits depend on few of the word's, and those of two
     * words could cancel each other: so the upper half is folded down before, and each word's product is turned by another
     * distance.
     *
     * @param value    any.
     * @param factor   odd, another one for each word of the sum.
     * @param distance in bits, another one for each word of the sum.
     * @return summand, another one for each value.
     */
    static long term(final long value, final long factor, final int distance) {
        return Long.rotateLeft((value ^ (value >>> 32)) * factor, distance);
    }
}
