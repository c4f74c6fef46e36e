package io.flashsale.transport;

/** Writes JSON, a value after another; the commas come by themselves. The caller closes what it opens. */
final class JsonText {
    private static final String HEX = "0123456789abcdef";

    private final StringBuilder text = new StringBuilder(256);

    JsonText beginObject() {
        separate();
        text.append('{');
        return this;
    }

    JsonText endObject() {
        text.append('}');
        return this;
    }

    JsonText beginArray() {
        separate();
        text.append('[');
        return this;
    }

    JsonText endArray() {
        text.append(']');
        return this;
    }

    /** The name of the member whose value comes next. */
    JsonText name(final String name) {
        string(name);
        text.append(':');
        return this;
    }

    JsonText string(final String value) {
        separate();
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            escape(value.charAt(i));
        }
        text.append('"');
        return this;
    }

    JsonText number(final long value) {
        separate();
        text.append(value);
        return this;
    }

    JsonText bool(final boolean value) {
        separate();
        text.append(value);
        return this;
    }

    /** A comma, unless what was written last shows that a value begins here. */
    private void separate() {
        if (text.length() > 0 && "{[:".indexOf(text.charAt(text.length() - 1)) < 0) {
            text.append(',');
        }
    }

    private void escape(final char c) {
        if (c == '"' || c == '\\') {
            text.append('\\').append(c);
        } else if (c < ' ') {
            text.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xF));
        } else {
            text.append(c);
        }
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
