package io.flashsale.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A bar on a terminal, redrawn a few times a second; silent where there is none. */
final class ProgressBar implements AutoCloseable {
    private static final int WIDTH = 40;
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final PrintWriter terminal;
    private final long total;
    private long lastDrawn;
    private boolean drawn;

    /**
     * A bar.
     *
     * @param terminal to draw on, or null to stay silent.
     * @param total    that makes the bar full.
     */
    ProgressBar(final PrintWriter terminal, final long total) {
        this.terminal = terminal;
        this.total = Math.max(1, total);
        lastDrawn = System.nanoTime();
    }

    /** Whether somebody can watch a bar. System.console() does not say so from Java 22 on; the descriptor does. */
    static boolean errorStreamIsTerminal() {
        try {
            final String target =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (final IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    void update(final long done, final long commands) {
        if (terminal == null || System.nanoTime() - lastDrawn < REDRAW_NANOS) {
            return;
        }
        lastDrawn = System.nanoTime();
        drawn = true;
        final int full = (int) Math.min(WIDTH, done * WIDTH / total);
        terminal.printf(
                Locale.ROOT,
                "\r[%s%s] %3d%% %,d commands",
                "#".repeat(full),
                ".".repeat(WIDTH - full),
                Math.min(100, done * 100 / total),
                commands);
        terminal.flush();
    }

    @Override
    public void close() {
        if (drawn) {
            terminal.print("\r" + " ".repeat(WIDTH + 40) + "\r");
            terminal.flush();
        }
    }
}
