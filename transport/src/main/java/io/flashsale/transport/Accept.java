package io.flashsale.transport;

import io.netty.util.AsciiString;

/** Reads {@code Accept} fields, without allocating. */
final class Accept {
    private static final AsciiString JSON = AsciiString.cached("application/json");

    private Accept() {}

    /**
     * Whether a field lists {@code application/json} with any parameters and a weight above zero. Wildcards do not count:
     * who asks for anything gets what the clients of the earlier services got, plain text.
     */
    static boolean listsJson(final CharSequence field) {
        final int length = field.length();
        for (int start = 0; start < length; ) {
            final int end = next(field, start, length, ',');
            if (isWantedJson(field, start, end)) {
                return true;
            }
            start = end + 1;
        }
        return false;
    }

    private static boolean isWantedJson(final CharSequence field, final int start, final int end) {
        final int typeEnd = next(field, start, end, ';');
        if (!isTrimmed(field, start, typeEnd, JSON)) {
            return false;
        }
        for (int parameter = typeEnd + 1; parameter < end; ) {
            final int parameterEnd = next(field, parameter, end, ';');
            if (isWeightZero(field, parameter, parameterEnd)) {
                return false;
            }
            parameter = parameterEnd + 1;
        }
        return true;
    }

    /** Index of the next separator outside quotes, or the end. */
    private static int next(final CharSequence field, final int start, final int end, final char separator) {
        boolean quoted = false;
        for (int i = start; i < end; i++) {
            final char c = field.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\') {
                i++;
            } else if (!quoted && c == separator) {
                return i;
            }
        }
        return end;
    }

    private static boolean isTrimmed(
            final CharSequence field, final int start, final int end, final AsciiString expected) {
        final int first = skipBlanks(field, start, end);
        int last = end;
        while (last > first && isBlank(field.charAt(last - 1))) {
            last--;
        }
        return last - first == expected.length()
                && AsciiString.regionMatches(field, true, first, expected, 0, expected.length());
    }

    /** Whether a parameter is {@code q=0}, {@code q=0.0} and so on. */
    private static boolean isWeightZero(final CharSequence field, final int start, final int end) {
        final int first = skipBlanks(field, start, end);
        if (first + 2 >= end || (field.charAt(first) | 0x20) != 'q' || field.charAt(first + 1) != '=') {
            return false;
        }
        for (int i = first + 2; i < end; i++) {
            final char c = field.charAt(i);
            if (c != '0' && c != '.' && !isBlank(c)) {
                return false;
            }
        }
        return true;
    }

    private static int skipBlanks(final CharSequence field, final int start, final int end) {
        int first = start;
        while (first < end && isBlank(field.charAt(first))) {
            first++;
        }
        return first;
    }

    private static boolean isBlank(final char c) {
        return c == ' ' || c == '\t';
    }
}
