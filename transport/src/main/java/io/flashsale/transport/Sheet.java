package io.flashsale.transport;

/** Named values, a line each as plain text, a member each as JSON. */
final class Sheet {
    private final StringBuilder lines;
    private final JsonText members;

    Sheet(final boolean json) {
        lines = json ? null : new StringBuilder(256);
        members = json ? new JsonText().beginObject() : null;
    }

    Sheet add(final String name, final long value) {
        if (members == null) {
            lines.append(name).append(": ").append(value).append('\n');
        } else {
            members.name(name).number(value);
        }
        return this;
    }

    Sheet add(final String name, final String value) {
        if (members == null) {
            lines.append(name).append(": ").append(value).append('\n');
        } else {
            members.name(name).string(value);
        }
        return this;
    }

    Reply reply() {
        return members == null ? Reply.text(200, lines.toString()) : Reply.json(200, members.endObject());
    }
}
