package io.flashsale.bench.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many connections this process, and those that it starts, may hold. */
final class OpenFiles {
    /** Of a JVM or a client besides its connections, generously. */
    private static final int OTHERS = 512;

    private OpenFiles() {}

    /**
     * Refuses more connections than the limit allows. The JVM has raised its own limit as far as it may.
     *
     * @throws IOException saying what to do.
     */
    static void requireRoomFor(final int connections) throws IOException {
        requireRoomFor(connections, Files.readString(Path.of("/proc/self/limits")));
    }

    static void requireRoomFor(final int connections, final String limits) throws IOException {
        final String row = limits.lines()
                .filter(line -> line.startsWith("Max open files"))
                .findFirst()
                .orElse("");
        final String[] words = row.split(" +", -1);
        final String limit = words.length > 3 ? words[3] : "unlimited";
        final boolean limited = !limit.equals("unlimited");
        if (limited && Long.parseLong(limit) < connections + OTHERS) {
            throw new IOException(
                    connections + " connections need " + (connections + OTHERS) + " open files, and the limit is "
                            + limit + ": raise it with ulimit -n, as root with ulimit -Hn first");
        }
    }
}
