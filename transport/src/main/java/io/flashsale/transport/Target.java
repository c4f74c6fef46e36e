package io.flashsale.transport;

import io.netty.util.AsciiString;

/** Finds path and query in a request target, in origin or absolute form. Belongs to one event loop. */
final class Target {
    private static final String[] SCHEMES = {"http://", "https://"};

    /** What could be taken for a user, a second host or the end of the host; a Host field may not have it either. */
    private static final String NOT_IN_AUTHORITY = "@,\\\"<>{}|^`";

    private int pathStart;
    private int pathEnd;
    private int queryStart;

    /** Index of the path's first character. */
    int pathStart() {
        return pathStart;
    }

    /** Index after the path's last character. */
    int pathEnd() {
        return pathEnd;
    }

    /** Index of the query's first character; the target's length if there is no query. */
    int queryStart() {
        return queryStart;
    }

    /** False if the target is malformed. */
    boolean parse(final String target) {
        final int length = target.length();
        for (int i = 0; i < length; i++) {
            final char c = target.charAt(i);
            // A fragment never leaves the client, so a number sign is a mistake.
            if (c <= ' ' || c >= 0x7F || c == '#') {
                return false;
            }
        }
        pathStart = authorityEnd(target);
        if (pathStart < 0) {
            return false;
        }
        final int question = target.indexOf('?', pathStart);
        pathEnd = question < 0 ? length : question;
        queryStart = question < 0 ? length : question + 1;
        return pathStart == 0 ? pathEnd > 0 : true;
    }

    /** Index at which the path starts, or -1 if the target is in neither form. */
    private static int authorityEnd(final String target) {
        if (!target.isEmpty() && target.charAt(0) == '/') {
            return 0;
        }
        for (final String scheme : SCHEMES) {
            if (AsciiString.regionMatches(target, true, 0, scheme, 0, scheme.length())) {
                int i = scheme.length();
                while (i < target.length() && target.charAt(i) != '/' && target.charAt(i) != '?') {
                    if (NOT_IN_AUTHORITY.indexOf(target.charAt(i)) >= 0) {
                        return -1;
                    }
                    i++;
                }
                return i == scheme.length() ? -1 : i;
            }
        }
        return -1;
    }
}
