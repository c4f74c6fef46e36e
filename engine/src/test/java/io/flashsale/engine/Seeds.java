package io.flashsale.engine;

import java.util.stream.LongStream;

/**
 * Seeds of the random tests: the fixed ones, which are repeated for ever, and a new one each run. {@code
 * -Dflashsale.seed=...} runs that one alone, {@code -Dflashsale.commands=...} so many commands a seed and profile.
 */
final class Seeds {
    private static final long[] FIXED = {1, 0x5EED_CAFE_F00DL};

    private Seeds() {}

    static LongStream all() {
        final Long only = Long.getLong("flashsale.seed");
        return only != null
                ? LongStream.of(only)
                : LongStream.concat(LongStream.of(FIXED), LongStream.of(System.nanoTime()));
    }

    static int commands(final int otherwise) {
        return Integer.getInteger("flashsale.commands", otherwise);
    }

    static String reproduce(final RandomCommands.Profile profile, final long seed) {
        return "profile '" + profile.name() + "', reproduce by -Dflashsale.seed=" + seed;
    }
}
