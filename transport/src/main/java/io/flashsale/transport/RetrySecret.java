package io.flashsale.transport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The 128-bit key under which {@code Idempotency-Key} values are hashed. It must stay the same over restarts, or a
 * retry that crosses one would not be recognized.
 *
 * @param first  bytes 0 to 7, little-endian.
 * @param second bytes 8 to 15, little-endian.
 */
public record RetrySecret(long first, long second) {
    /** Bytes of a secret. */
    public static final int BYTES = 16;

    /**
     * A secret from its bytes.
     *
     * @param bytes {@value #BYTES} of them, from a secure random generator.
     * @return secret.
     * @throws IllegalArgumentException if there are more or fewer.
     */
    public static RetrySecret of(final byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a retry secret has " + BYTES + " bytes, not " + bytes.length);
        }
        final ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return new RetrySecret(buffer.getLong(), buffer.getLong());
    }

    @Override
    public String toString() {
        return "RetrySecret[masked]";
    }
}
