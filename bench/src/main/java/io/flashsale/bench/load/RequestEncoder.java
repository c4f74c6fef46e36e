package io.flashsale.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Writes requests from bytes that are built once: only the numbers change. Allocates nothing; stateless after
 * construction, apart from a scratch array, so one thread.
 */
final class RequestEncoder {
    private static final byte[] CHECKOUT = "POST /checkout?user_id=".getBytes(US_ASCII);
    private static final byte[] ITEM = "&item_id=".getBytes(US_ASCII);
    private static final byte[] PURCHASE = "POST /purchase?code=".getBytes(US_ASCII);
    private static final int LONG_DIGITS = 19;

    private final byte[] tail;
    private final byte[] digits = new byte[LONG_DIGITS];

    RequestEncoder(final InetSocketAddress target) {
        tail = (" HTTP/1.1\r\nHost: " + authority(target) + "\r\nContent-Length: 0\r\n\r\n").getBytes(US_ASCII);
    }

    /** No request is longer, in bytes. */
    int maxLength() {
        final int checkout = CHECKOUT.length + LONG_DIGITS + ITEM.length + LONG_DIGITS;
        final int purchase = PURCHASE.length + UuidText.LENGTH;
        return Math.max(checkout, purchase) + tail.length;
    }

    void checkout(final ByteBuffer out, final long user, final long item) {
        out.put(CHECKOUT);
        putDecimal(out, user);
        out.put(ITEM);
        putDecimal(out, item);
        out.put(tail);
    }

    void purchase(final ByteBuffer out, final long codeHigh, final long codeLow) {
        out.put(PURCHASE);
        UuidText.put(out, codeHigh, codeLow);
        out.put(tail);
    }

    private void putDecimal(final ByteBuffer out, final long value) {
        assert value >= 0 : value;
        long rest = value;
        int start = LONG_DIGITS;
        do {
            digits[--start] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        out.put(digits, start, LONG_DIGITS - start);
    }

    private static String authority(final InetSocketAddress target) {
        if (target.getAddress() instanceof Inet6Address) {
            final String address = target.getAddress().getHostAddress();
            final int zone = address.indexOf('%');
            return "[" + (zone < 0 ? address : address.substring(0, zone)) + "]:" + target.getPort();
        }
        return target.getHostString() + ":" + target.getPort();
    }
}
