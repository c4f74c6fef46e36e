package io.flashsale.transport;

import io.flashsale.engine.SaleCode;

/**
 * Reads the parameters of a request out of a request target's query, without allocating. One for each event loop, used
 * for one request at a time. Each reading method returns null if all is well, or else what to answer.
 *
 * <p>Names and values are percent-decoded; a plus sign is a plus sign. Names that are not asked for are ignored, but
 * their percent escapes must be sound.
 */
final class Query {
    private static final int ABSENT = -1;
    private static final int REPEATED = -2;

    private final Field userField = new Field("user_id");
    private final Field itemField = new Field("item_id");
    private final Field idField = new Field("id");
    private final Field codeField = new Field("code");
    private final Field fromField = new Field("from");
    private final Field limitField = new Field("limit");
    private final Field[] fields = {userField, itemField, idField, codeField, fromField, limitField};

    private String text;
    private int position;
    private long number;

    private long user;
    private int item;
    private long codeHigh;
    private long codeLow;
    private int limit;

    /** The user of a checkout. */
    long user() {
        return user;
    }

    /** The item of a checkout, or the first of a page. */
    int item() {
        return item;
    }

    /** Most significant bits of the code. */
    long codeHigh() {
        return codeHigh;
    }

    /** Least significant bits of the code. */
    long codeLow() {
        return codeLow;
    }

    /** Most items of a page. */
    int limit() {
        return limit;
    }

    /**
     * Reads a checkout's parameters.
     *
     * @param target of the request.
     * @param from   index of the query's first character; the target's length if there is none.
     */
    Reply readCheckout(final String target, final int from) {
        if (!split(target, from)) {
            return Replies.BAD_ESCAPE;
        }
        final Reply badUser = readNumber(userField, Parameter.USER_ID, Long.MIN_VALUE, Long.MAX_VALUE);
        if (badUser != null) {
            return badUser;
        }
        user = number;
        final boolean both = itemField.start != ABSENT && idField.start != ABSENT;
        final Field first = itemField.start == ABSENT ? idField : itemField;
        final Reply badItem = readNumber(first, Parameter.ITEM_ID, Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (badItem != null) {
            return badItem;
        }
        item = (int) number;
        if (both) {
            final Reply badId = readNumber(idField, Parameter.ITEM_ID, Integer.MIN_VALUE, Integer.MAX_VALUE);
            return badId == null && number != item ? Replies.ITEMS_DIFFER : badId;
        }
        return null;
    }

    /**
     * Reads the code of a purchase or a release.
     *
     * @param target of the request.
     * @param from   index of the query's first character; the target's length if there is none.
     */
    Reply readCode(final String target, final int from) {
        if (!split(target, from)) {
            return Replies.BAD_ESCAPE;
        }
        final Reply absent = present(codeField, Parameter.CODE);
        return absent == null && !parseCode(codeField) ? Parameter.CODE.malformed : absent;
    }

    /**
     * Reads which page of items is asked for. Both parameters may be missing.
     *
     * @param target of the request.
     * @param from   index of the query's first character; the target's length if there is none.
     */
    Reply readPage(final String target, final int from) {
        if (!split(target, from)) {
            return Replies.BAD_ESCAPE;
        }
        number = 0;
        final Reply badFrom =
                fromField.start == ABSENT ? null : readNumber(fromField, Parameter.FROM, 0, Integer.MAX_VALUE);
        if (badFrom != null) {
            return badFrom;
        }
        item = (int) number;
        number = TransportLimits.DEFAULT_PAGE;
        final Reply badLimit = limitField.start == ABSENT
                ? null
                : readNumber(limitField, Parameter.LIMIT, 1, TransportLimits.MAX_PAGE);
        limit = (int) number;
        return badLimit;
    }

    /** Finds the fields; false if a percent escape is broken. */
    private boolean split(final String target, final int from) {
        text = target;
        for (final Field field : fields) {
            field.start = ABSENT;
        }
        final int length = target.length();
        int start = from;
        while (start < length) {
            int equals = -1;
            int end = start;
            for (; end < length; end++) {
                final char c = target.charAt(end);
                if (c == '&') {
                    break;
                }
                if (c == '=' && equals < 0) {
                    equals = end;
                } else if (c == '%' && (end + 2 >= length || hex(end + 1) < 0 || hex(end + 2) < 0)) {
                    return false;
                }
            }
            note(start, equals < 0 ? end : equals, equals < 0 ? end : equals + 1, end);
            start = end + 1;
        }
        return true;
    }

    private void note(final int nameStart, final int nameEnd, final int valueStart, final int valueEnd) {
        for (final Field field : fields) {
            if (isNamed(field.name, nameStart, nameEnd)) {
                field.start = field.start == ABSENT ? valueStart : REPEATED;
                field.end = valueEnd;
                return;
            }
        }
    }

    private boolean isNamed(final String name, final int start, final int end) {
        position = start;
        for (int i = 0; i < name.length(); i++) {
            if (position >= end || next() != name.charAt(i)) {
                return false;
            }
        }
        return position == end;
    }

    private Reply present(final Field field, final Parameter parameter) {
        if (field.start == ABSENT) {
            return parameter.missing;
        }
        if (field.start == REPEATED) {
            return parameter.repeated;
        }
        return field.start == field.end ? parameter.empty : null;
    }

    /** Reads an optional minus sign and digits into {@link #number}. */
    private Reply readNumber(final Field field, final Parameter parameter, final long least, final long most) {
        final Reply absent = present(field, parameter);
        if (absent != null) {
            return absent;
        }
        position = field.start;
        int c = next();
        final boolean negative = c == '-';
        if (negative) {
            if (position == field.end) {
                return parameter.malformed;
            }
            c = next();
        }
        // Summed up below zero: there is one more number there.
        long sum = 0;
        boolean overflow = false;
        for (; ; c = next()) {
            if (c < '0' || c > '9') {
                return parameter.malformed;
            }
            final int digit = c - '0';
            overflow |= sum < (Long.MIN_VALUE + digit) / 10;
            sum = sum * 10 - digit;
            if (position == field.end) {
                break;
            }
        }
        overflow |= !negative && sum == Long.MIN_VALUE;
        number = negative ? sum : -sum;
        return overflow || number < least || number > most ? parameter.outOfRange : null;
    }

    private boolean parseCode(final Field field) {
        position = field.start;
        long high = 0;
        long low = 0;
        for (int i = 0; i < SaleCode.TEXT_LENGTH; i++) {
            if (position >= field.end) {
                return false;
            }
            final int c = next();
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (c != '-') {
                    return false;
                }
            } else {
                final int digit = digit(c);
                if (digit < 0) {
                    return false;
                }
                if (i < 18) {
                    high = (high << 4) | digit;
                } else {
                    low = (low << 4) | digit;
                }
            }
        }
        codeHigh = high;
        codeLow = low;
        return position == field.end;
    }

    /** The next decoded character; escapes are sound and lie within one field, as {@link #split} has seen. */
    private int next() {
        final char c = text.charAt(position++);
        if (c != '%') {
            return c;
        }
        position += 2;
        return (hex(position - 2) << 4) | hex(position - 1);
    }

    private int hex(final int index) {
        return digit(text.charAt(index));
    }

    private static int digit(final int c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        final int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /** Where a parameter's value stands. */
    private static final class Field {
        private final String name;
        private int start;
        private int end;

        Field(final String name) {
            this.name = name;
        }
    }
}
