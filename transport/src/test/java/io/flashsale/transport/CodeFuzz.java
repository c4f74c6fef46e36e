package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.flashsale.engine.SaleCode;
import io.netty.buffer.ByteBuf;
import java.util.Locale;
import java.util.UUID;

/**
 * Any text as a code: taken if, and only if, it is the canonical form of a UUID, and written as it was read. Then sale, item
 * and nonce make the same code again, if this service can have issued it.
 */
public final class CodeFuzz {
    private static final Query QUERY = new Query();
    private static final AnswerBuffer OUT = new AnswerBuffer();
    private static final CountingAllocator ALLOCATOR = new CountingAllocator();

    private CodeFuzz() {}

    /**
     * Reads one code.
     *
     * @param input its bytes.
     */
    public static void fuzzerTestOneInput(final byte[] input) {
        final String text = new String(input, 0, Math.min(input.length, 2 * SaleCode.TEXT_LENGTH), ISO_8859_1);
        if (text.indexOf('&') >= 0 || text.indexOf('%') >= 0) {
            return;
        }
        final boolean taken = QUERY.readCode("code=" + text, 0) == null;
        final String lower = text.toLowerCase(Locale.ROOT);
        check(taken == isCanonical(lower), text);
        if (!taken) {
            return;
        }
        final long high = QUERY.codeHigh();
        final long low = QUERY.codeLow();
        OUT.clear();
        OUT.putCode(high, low);
        final ByteBuf written = OUT.copy(ALLOCATOR);
        check(written.toString(ISO_8859_1).equals(lower), text);
        written.release();
        if (SaleCode.isWellFormed(high, low)) {
            check(SaleCode.high(SaleCode.saleId(high), SaleCode.item(high)) == high, text);
            check(SaleCode.low(SaleCode.nonce(low)) == low, text);
        }
    }

    private static boolean isCanonical(final String lower) {
        try {
            return UUID.fromString(lower).toString().equals(lower);
        } catch (final IllegalArgumentException e) {
            return false;
        }
    }

    private static void check(final boolean holds, final String text) {
        if (!holds) {
            throw new AssertionError("code: " + text);
        }
    }
}
