package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.flashsale.engine.SaleCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;

/** Collects bytes, such as the answers of one connection's batch, which leave in one buffer of exactly their size. */
final class AnswerBuffer {
    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);

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

    /** A buffer of exactly what was added. The caller owns it. */
    ByteBuf copy(final ByteBufAllocator allocator) {
        return allocator.directBuffer(length, length).writeBytes(bytes, 0, length);
    }

    void put(final byte[] source) {
        put(source, source.length);
    }

    void put(final AnswerBuffer source) {
        put(source.bytes, source.length);
    }

    private void put(final byte[] source, final int count) {
        reserve(count);
        System.arraycopy(source, 0, bytes, length, count);
        length += count;
    }

    void putDecimal(final long number) {
        reserve(MAX_DIGITS);
        if (number < 0) {
            bytes[length++] = '-';
        }
        int digits = 1;
        for (long rest = number / 10; rest != 0; rest /= 10) {
            digits++;
        }
        long rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            // The remainder has the number's sign; the least number has no positive counterpart.
            bytes[i] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        }
        length += digits;
    }

    /** The 36 characters of a code. */
    void putCode(final long high, final long low) {
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
}
