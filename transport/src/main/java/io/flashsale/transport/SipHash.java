package io.flashsale.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-2-4 (Aumasson, Bernstein: SipHash, a fast short-input PRF, 2012) with 64 bits of output. Whoever does not know
 * the key can neither predict a hash nor find two inputs with the same one.
 */
final class SipHash {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private long v0;
    private long v1;
    private long v2;
    private long v3;

    private SipHash(final long k0, final long k1) {
        v0 = k0 ^ 0x736f6d6570736575L;
        v1 = k1 ^ 0x646f72616e646f6dL;
        v2 = k0 ^ 0x6c7967656e657261L;
        v3 = k1 ^ 0x7465646279746573L;
    }

    /**
     * Hashes.
     *
     * @param k0     bytes 0 to 7 of the key, little-endian.
     * @param k1     bytes 8 to 15 of the key, little-endian.
     * @param input  holds the message.
     * @param length of the message, from index 0.
     * @return hash.
     */
    static long hash(final long k0, final long k1, final byte[] input, final int length) {
        final SipHash state = new SipHash(k0, k1);
        final int whole = length & ~7;
        for (int i = 0; i < whole; i += Long.BYTES) {
            state.compress((long) LONGS.get(input, i));
        }
        long last = (long) length << 56;
        for (int i = whole; i < length; i++) {
            last |= (input[i] & 0xFFL) << ((i & 7) << 3);
        }
        state.compress(last);
        return state.finish();
    }

    private void compress(final long word) {
        v3 ^= word;
        round();
        round();
        v0 ^= word;
    }

    private long finish() {
        v2 ^= 0xFF;
        round();
        round();
        round();
        round();
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private void round() {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
    }
}
