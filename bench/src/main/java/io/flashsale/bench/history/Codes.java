package io.flashsale.bench.history;

import java.util.UUID;

/** What a code says: its sale and its item (docs/adr/0007). */
final class Codes {
    private Codes() {}

    static long sale(final UUID code) {
        return code.getMostSignificantBits() >>> 32;
    }

    static int item(final UUID code) {
        final long high = code.getMostSignificantBits();
        return (int) (((high >>> 16 & 0xFFFF) << 12) | (high & 0xFFF));
    }
}
