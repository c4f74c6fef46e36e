package io.flashsale.bench.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as maps, lists, strings, numbers, booleans and null: enough to write results and to read them back. */
public final class Json {
    private final String text;
    private int position;

    private Json(final String text) {
        this.text = text;
    }

    /**
     * Writes.
     *
     * @param value a map with names, a list, a string, a number, a boolean or null.
     * @return JSON text; a number that JSON does not know becomes null.
     */
    public static String write(final Object value) {
        final StringBuilder out = new StringBuilder();
        write(out, value, "\n");
        return out.append('\n').toString();
    }

    private static void write(final StringBuilder out, final Object value, final String newLine) {
        final String deeper = newLine + "  ";
        if (value instanceof final Map<?, ?> map) {
            char before = '{';
            for (final Map.Entry<?, ?> member : map.entrySet()) {
                out.append(before).append(deeper);
                writeString(out, member.getKey().toString());
                out.append(": ");
                write(out, member.getValue(), deeper);
                before = ',';
            }
            out.append(map.isEmpty() ? "{}" : newLine + "}");
        } else if (value instanceof final List<?> list) {
            char before = '[';
            for (final Object element : list) {
                out.append(before).append(deeper);
                write(out, element, deeper);
                before = ',';
            }
            out.append(list.isEmpty() ? "[]" : newLine + "]");
        } else if (value instanceof final Double number && !Double.isFinite(number)) {
            out.append("null");
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            writeString(out, value.toString());
        }
    }

    private static void writeString(final StringBuilder out, final String string) {
        out.append('"');
        for (int i = 0; i < string.length(); i++) {
            final char c = string.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    /**
     * Reads.
     *
     * @param text JSON.
     * @return maps and lists as {@link #write} takes them; numbers as doubles.
     * @throws IllegalArgumentException if it is not JSON.
     */
    public static Object parse(final String text) {
        final Json json = new Json(text);
        final Object value = json.value();
        json.skipBlanks();
        if (json.position != text.length()) {
            throw json.malformed("the end");
        }
        return value;
    }

    private Object value() {
        skipBlanks();
        final char c = position < text.length() ? text.charAt(position) : 0;
        return switch (c) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            default -> scalar();
        };
    }

    private Map<String, Object> object() {
        final Map<String, Object> members = new LinkedHashMap<>();
        position++;
        if (!skip('}')) {
            do {
                skipBlanks();
                final String name = string();
                require(':');
                members.put(name, value());
            } while (skip(','));
            require('}');
        }
        return members;
    }

    private List<Object> array() {
        final List<Object> elements = new ArrayList<>();
        position++;
        if (!skip(']')) {
            do {
                elements.add(value());
            } while (skip(','));
            require(']');
        }
        return elements;
    }

    private String string() {
        require('"');
        final StringBuilder out = new StringBuilder();
        while (position < text.length() && text.charAt(position) != '"') {
            final char c = text.charAt(position++);
            out.append(c == '\\' ? escaped() : c);
        }
        require('"');
        return out.toString();
    }

    private char escaped() {
        if (position + 5 > text.length()) {
            throw malformed("an escape");
        }
        final char c = text.charAt(position++);
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'u' -> {
                position += 4;
                yield (char) Integer.parseInt(text, position - 4, position, 16);
            }
            default -> c;
        };
    }

    private Object scalar() {
        final int start = position;
        while (position < text.length() && ",]} \t\r\n".indexOf(text.charAt(position)) < 0) {
            position++;
        }
        final String word = text.substring(start, position);
        return switch (word) {
            case "null" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> number(word);
        };
    }

    private Double number(final String word) {
        try {
            return Double.valueOf(word);
        } catch (final NumberFormatException e) {
            throw malformed("a value");
        }
    }

    private boolean skip(final char expected) {
        skipBlanks();
        final boolean found = position < text.length() && text.charAt(position) == expected;
        position += found ? 1 : 0;
        return found;
    }

    private void require(final char expected) {
        if (!skip(expected)) {
            throw malformed("'" + expected + "'");
        }
    }

    private void skipBlanks() {
        while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
            position++;
        }
    }

    private IllegalArgumentException malformed(final String expected) {
        return new IllegalArgumentException("not JSON: " + expected + " expected at character " + position);
    }
}
