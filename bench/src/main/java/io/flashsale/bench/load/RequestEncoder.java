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
    private static final byte[] RELEASE = "DELETE /checkout?code=".getBytes(US_ASCII);
    private static final byte[] SALE = "GET /sale".getBytes(US_ASCII);
    private static final byte[] ITEMS = "GET /items?limit=20&from=".getBytes(US_ASCII);
    private static final byte[] KEY = "\r\nIdempotency-Key: load-".getBytes(US_ASCII);
    private static final int LONG_DIGITS = 19;
    private static final int LONG_HEX = 16;

    private final byte[] host;
    private final byte[] noBody = "\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII);
    private final byte[] end = "\r\n\r\n".getBytes(US_ASCII);
    private final byte[] digits = new byte[LONG_DIGITS];

    RequestEncoder(final InetSocketAddress target) {
        host = (" HTTP/1.1\r\nHost: " + authority(target)).getBytes(US_ASCII);
    }

    /** No request is longer, in bytes. */
    int maxLength() {
        final int checkout = CHECKOUT.length + LONG_DIGITS + ITEM.length + LONG_DIGITS;
        final int code = RELEASE.length + UuidText.LENGTH;
        return Math.max(checkout, code) + host.length + KEY.length + LONG_HEX + noBody.length;
    }

    void put(final ByteBuffer out, final RequestFields request) {
        switch (request.kind) {
            case CHECKOUT -> checkout(out, request.user, request.item, request.key);
            case PURCHASE -> purchase(out, request.codeHigh, request.codeLow, request.key);
            case RELEASE -> {
                out.put(RELEASE);
                UuidText.put(out, request.codeHigh, request.codeLow);
                tail(out, 0);
            }
            case READ -> read(out, request.item);
        }
    }

    void checkout(final ByteBuffer out, final long user, final long item, final long key) {
        out.put(CHECKOUT);
        putDecimal(out, user);
        out.put(ITEM);
        putDecimal(out, item);
        tail(out, key);
    }

    void purchase(final ByteBuffer out, final long codeHigh, final long codeLow, final long key) {
        out.put(PURCHASE);
        UuidText.put(out, codeHigh, codeLow);
        tail(out, key);
    }

    /** Every other read is of the sale, the others of a page of items. */
    private void read(final ByteBuffer out, final int item) {
        if ((item & 1) == 0) {
            out.put(SALE);
        } else {
            out.put(ITEMS);
            putDecimal(out, item);
        }
        out.put(host);
        out.put(end);
    }

    private void tail(final ByteBuffer out, final long key) {
        out.put(host);
        if (key != 0) {
            out.put(KEY);
            UuidText.putHex(out, key);
        }
        out.put(noBody);
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
