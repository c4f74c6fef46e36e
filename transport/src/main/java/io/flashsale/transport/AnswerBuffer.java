package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.flashsale.engine.SaleCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/**
 * Collects the answers of one connection's batch, which leave in one buffer of exactly their size. One for each event
 * loop.
 */
final class AnswerBuffer {
    private static final byte[] CRLF = ascii("\r\n");
    private static final byte[] SEQUENCE = ascii("Sale-Sequence: ");
    private static final byte[] CLOSE = ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");
    private static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");
    private static final byte[] HEX = ascii("0123456789abcdef");

    /** Digits of the largest long, and its sign. */
    private static final int MAX_DIGITS = 20;

    private byte[] bytes = new byte[4096];
    private int length;

    void clear() {
        length = 0;
    }

    int length() {
        return length;
    }

    /** Tells the client to send the body. */
    void addContinue() {
        put(CONTINUE);
    }

    /**
     * One answer.
     *
     * @param reply what is the same for everybody.
     * @param entry what is this request's own.
     * @param date  the whole {@code Date} field.
     */
    void add(final Reply reply, final Entry entry, final byte[] date) {
        put(reply.head);
        put(date);
        final boolean decided = entry.state == Entry.State.DECIDED;
        if (decided) {
            put(SEQUENCE);
            putDecimal(entry.sequence);
            put(CRLF);
        }
        if (entry.closes) {
            put(CLOSE);
        } else if (entry.confirmsKeepAlive) {
            put(KEEP_ALIVE);
        }
        put(CRLF);
        if (!entry.withoutBody) {
            put(reply.body);
            if (decided && Replies.issuesCode(entry.outcome)) {
                putCode(entry.codeHigh, entry.codeLow);
            }
        }
    }

    /** A buffer of exactly what was added. The caller owns it. */
    ByteBuf copy(final ByteBufAllocator allocator) {
        return allocator.directBuffer(length, length).writeBytes(bytes, 0, length);
    }

    private void put(final byte[] source) {
        reserve(source.length);
        System.arraycopy(source, 0, bytes, length, source.length);
        length += source.length;
    }

    /** A number that is not negative. */
    private void putDecimal(final long number) {
        reserve(MAX_DIGITS);
        int digits = 1;
        for (long rest = number / 10; rest != 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    private void putCode(final long high, final long low) {
        reserve(SaleCode.TEXT_LENGTH);
        putHex(high, 60, 8);
        bytes[length++] = '-';
        putHex(high, 28, 4);
        bytes[length++] = '-';
        putHex(high, 12, 4);
        bytes[length++] = '-';
        putHex(low, 60, 4);
        bytes[length++] = '-';
        putHex(low, 44, 12);
    }

    private void putHex(final long value, final int firstShift, final int digits) {
        int shift = firstShift;
        for (int i = 0; i < digits; i++) {
            bytes[length++] = HEX[(int) (value >>> shift) & 0xF];
            shift -= 4;
        }
    }

    private void reserve(final int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(US_ASCII);
    }
}
