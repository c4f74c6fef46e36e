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

    private static final long MILLIS_PER_DAY = 86_400_000;
    private static final long DAYS_BEFORE_1970 = 719_468;
    private static final long DAYS_PER_ERA = 146_097;

    /** Characters of a moment with its milliseconds. */
    private static final int MAX_TIME = 24;

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

    /**
     * A moment as {@link java.time.Instant#toString()} writes it, with milliseconds if there are any. The date is counted from
     * 1 March of year 0, so that leap days come last, in eras of 400 years, which are all equally long.
     *
     * @param epochMillis of a year from 1970 to 9999.
     */
    void putTime(final long epochMillis) {
        final long days = epochMillis / MILLIS_PER_DAY;
        final int millis = (int) (epochMillis % MILLIS_PER_DAY);
        final long fromYearZero = days + DAYS_BEFORE_1970;
        final long era = fromYearZero / DAYS_PER_ERA;
        final int dayOfEra = (int) (fromYearZero % DAYS_PER_ERA);
        final int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        final int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        final int fromMarch = (5 * dayOfYear + 2) / 153;
        final int month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
        reserve(MAX_TIME);
        putDigits((int) (era * 400) + yearOfEra + (month <= 2 ? 1 : 0), 4, '-');
        putDigits(month, 2, '-');
        putDigits(dayOfYear - (153 * fromMarch + 2) / 5 + 1, 2, 'T');
        putDigits(millis / 3_600_000, 2, ':');
        putDigits(millis / 60_000 % 60, 2, ':');
        final int fraction = millis % 1_000;
        putDigits(millis / 1_000 % 60, 2, fraction == 0 ? 'Z' : '.');
        if (fraction != 0) {
            putDigits(fraction, 3, 'Z');
        }
    }

    private void putDigits(final int number, final int digits, final char end) {
        int rest = number;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        bytes[length++] = (byte) end;
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
