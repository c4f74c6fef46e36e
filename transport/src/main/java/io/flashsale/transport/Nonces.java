package io.flashsale.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** Secure random numbers, drawn from the system a page at a time. Belongs to one event loop. */
final class Nonces {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int PAGE = 4096;

    private final SecureRandom random = nonBlocking();
    private final byte[] page = new byte[PAGE];
    private int next = PAGE;

    long next() {
        if (next == PAGE) {
            random.nextBytes(page);
            next = 0;
        }
        final long nonce = (long) LONGS.get(page, next);
        // A code that was given out should not be found in memory.
        LONGS.set(page, next, 0L);
        next += Long.BYTES;
        return nonce;
    }

    private static SecureRandom nonBlocking() {
        try {
            return SecureRandom.getInstance("NativePRNGNonBlocking");
        } catch (final NoSuchAlgorithmException e) {
            // Not a Unix; the default there does not block either.
            return new SecureRandom();
        }
    }
}
