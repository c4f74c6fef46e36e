package io.flashsale.transport;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The rules for parameters as one would write them without a thought for speed: what {@link Query} is compared with. */
final class NaiveQuery {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]+");
    private static final Pattern CODE =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");

    private final String query;
    private final List<String[]> fields = new ArrayList<>();

    NaiveQuery(final String query) {
        this.query = query;
        for (final String field : query.split("&", -1)) {
            final int equals = field.indexOf('=');
            final String name = equals < 0 ? field : field.substring(0, equals);
            fields.add(new String[] {decode(name), equals < 0 ? "" : decode(field.substring(equals + 1))});
        }
    }

    private static String decode(final String text) {
        final StringBuilder decoded = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '%'
                    && i + 2 < text.length()
                    && !BAD_ESCAPE.matcher(text).find()) {
                decoded.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                decoded.append(text.charAt(i));
            }
        }
        return decoded.toString();
    }

    /** Null, or what a checkout with this query is answered. */
    Reply checkout() {
        if (hasBadEscape()) {
            return Replies.BAD_ESCAPE;
        }
        final Reply user = number("user_id", Parameter.USER_ID, Long.MIN_VALUE, Long.MAX_VALUE);
        if (user != null) {
            return user;
        }
        final boolean both = has("item_id") && has("id");
        final String first = has("item_id") ? "item_id" : "id";
        final Reply item = number(first, Parameter.ITEM_ID, Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (item != null || !both) {
            return item;
        }
        final Reply id = number("id", Parameter.ITEM_ID, Integer.MIN_VALUE, Integer.MAX_VALUE);
        return id == null && value("id") != value("item_id") ? Replies.ITEMS_DIFFER : id;
    }

    /** Null, or what a purchase with this query is answered. */
    Reply code() {
        if (hasBadEscape()) {
            return Replies.BAD_ESCAPE;
        }
        final Reply absent = present("code", Parameter.CODE);
        if (absent != null) {
            return absent;
        }
        return CODE.matcher(text("code")).matches() ? null : Parameter.CODE.malformed;
    }

    /** Null, or what a page with this query is answered. */
    Reply page() {
        if (hasBadEscape()) {
            return Replies.BAD_ESCAPE;
        }
        final Reply from = has("from") ? number("from", Parameter.FROM, 0, Integer.MAX_VALUE) : null;
        if (from != null || !has("limit")) {
            return from;
        }
        return number("limit", Parameter.LIMIT, 1, TransportLimits.MAX_PAGE);
    }

    private boolean hasBadEscape() {
        return BAD_ESCAPE.matcher(query).find();
    }

    boolean has(final String name) {
        return fields.stream().anyMatch(field -> field[0].equals(name));
    }

    /** The only value of that name. */
    String text(final String name) {
        return fields.stream()
                .filter(field -> field[0].equals(name))
                .findFirst()
                .orElseThrow()[1];
    }

    /** The only value of that name, which is a number. */
    long value(final String name) {
        return new BigInteger(text(name)).longValueExact();
    }

    private Reply present(final String name, final Parameter parameter) {
        return switch ((int)
                fields.stream().filter(field -> field[0].equals(name)).count()) {
            case 0 -> parameter.missing;
            case 1 -> text(name).isEmpty() ? parameter.empty : null;
            default -> parameter.repeated;
        };
    }

    private Reply number(final String name, final Parameter parameter, final long least, final long most) {
        final Reply absent = present(name, parameter);
        if (absent != null) {
            return absent;
        }
        if (!NUMBER.matcher(text(name)).matches()) {
            return parameter.malformed;
        }
        final BigInteger number = new BigInteger(text(name));
        final boolean within =
                number.compareTo(BigInteger.valueOf(least)) >= 0 && number.compareTo(BigInteger.valueOf(most)) <= 0;
        return within ? null : parameter.outOfRange;
    }
}
