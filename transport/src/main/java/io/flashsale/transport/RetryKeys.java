package io.flashsale.transport;

/**
 * Turns an {@code Idempotency-Key} into the 64 bits that the engine compares. The endpoint is part of what is hashed, so
 * a client may use one key for a checkout and for the purchase that follows. Belongs to one event loop.
 */
final class RetryKeys {
    /** No key was given. No key hashes to it. */
    static final long NONE = 0;

    static final byte CHECKOUT = 'C';
    static final byte PURCHASE = 'P';

    private final RetrySecret secret;
    private final byte[] scratch = new byte[1 + TransportLimits.MAX_RETRY_KEY];

    RetryKeys(final RetrySecret secret) {
        this.secret = secret;
    }

    static boolean isValid(final CharSequence key) {
        final int length = key.length();
        if (length == 0 || length > TransportLimits.MAX_RETRY_KEY) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            final char c = key.charAt(i);
            if (c <= ' ' || c >= 0x7F) {
                return false;
            }
        }
        return true;
    }

    /** Hashes a valid key, or gives {@link #NONE} for null. */
    long hash(final byte endpoint, final CharSequence key) {
        if (key == null) {
            return NONE;
        }
        final int length = key.length();
        scratch[0] = endpoint;
        for (int i = 0; i < length; i++) {
            scratch[1 + i] = (byte) key.charAt(i);
        }
        final long hash = SipHash.hash(secret.first(), secret.second(), scratch, 1 + length);
        return hash == NONE ? 1 : hash;
    }
}
