package io.flashsale.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/** A UUID as 36 characters, to and from its two halves, without allocating. */
final class UuidText {
    /** Characters of the canonical form. */
    static final int LENGTH = 36;

    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

    private UuidText() {}

    static void put(final ByteBuffer out, final long high, final long low) {
        putHex(out, high, 60, 32);
        out.put((byte) '-');
        putHex(out, high, 28, 16);
        out.put((byte) '-');
        putHex(out, high, 12, 0);
        out.put((byte) '-');
        putHex(out, low, 60, 48);
        out.put((byte) '-');
        putHex(out, low, 44, 0);
    }

    /** Sixteen digits. */
    static void putHex(final ByteBuffer out, final long value) {
        putHex(out, value, 60, 0);
    }

    /**
     * Whether bytes are a UUID; digits of either case.
     *
     * @param text   the bytes.
     * @param length how many of them there are.
     * @return true if {@link #high} and {@link #low} may be called.
     */
    static boolean isUuid(final byte[] text, final int length) {
        if (length != LENGTH) {
            return false;
        }
        for (int i = 0; i < LENGTH; i++) {
            final boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? text[i] != '-' : Character.digit(text[i], 16) < 0) {
                return false;
            }
        }
        return true;
    }

    static long high(final byte[] text) {
        return hex(text, 0, 18);
    }

    static long low(final byte[] text) {
        return hex(text, 19, LENGTH);
    }

    private static long hex(final byte[] text, final int from, final int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            if (text[i] != '-') {
                value = (value << 4) | Character.digit(text[i], 16);
            }
        }
        return value;
    }

    private static void putHex(final ByteBuffer out, final long value, final int fromShift, final int toShift) {
        for (int shift = fromShift; shift >= toShift; shift -= 4) {
            out.put(HEX[(int) (value >>> shift) & 0xF]);
        }
    }
}
