package io.flashsale.bench.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Looks at a running load each second, keeps its timeline, and says how it goes: on a terminal in one line that is
 * rewritten, otherwise in plain lines, after a second and every ten seconds. Runs on a thread of its own, {@code load-progress}, until
 * closed.
 */
final class LoadProgress implements AutoCloseable {
    private static final long SAMPLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int PLAIN_EVERY = 10;
    private static final int WIDTH = 118;

    private final LoadGenerator generator;
    private final PrintWriter out;
    private final boolean terminal;
    private final LoadTimeline timeline = new LoadTimeline();
    private final Thread thread = new Thread(this::watch, "load-progress");
    private long total;

    /**
     * Nothing yet.
     *
     * @param generator to look at.
     * @param out       to write to, or null to stay silent.
     * @param terminal  whether a line can be rewritten there.
     */
    LoadProgress(final LoadGenerator generator, final PrintWriter out, final boolean terminal) {
        this.generator = generator;
        this.out = out;
        this.terminal = terminal;
    }

    void start() {
        timeline.startAt(System.nanoTime());
        thread.start();
    }

    /** Whether the error stream is one. System.console() does not say so from Java 22 on; the descriptor does. */
    static boolean errorStreamIsTerminal() {
        try {
            final String target =
                    Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (final IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /** Complete after {@link #close()}. */
    LoadTimeline timeline() {
        return timeline;
    }

    private void watch() {
        final long start = System.nanoTime();
        int samples = 0;
        try {
            while (true) {
                final long due = start + (samples + 1) * SAMPLE_NANOS;
                TimeUnit.NANOSECONDS.sleep(Math.max(0, due - System.nanoTime()));
                samples++;
                show(timeline.sample(generator.live(), System.nanoTime()), terminal || samples % PLAIN_EVERY == 1);
            }
        } catch (final InterruptedException e) {
            // The load has ended. What came since the last sample belongs to it, too.
            timeline.sample(generator.live(), System.nanoTime());
        }
    }

    private void show(final LoadTimeline.Moment moment, final boolean due) {
        if (moment == null) {
            return;
        }
        total += moment.answers();
        if (out == null || !due) {
            return;
        }
        final String line = line(moment, total);
        if (terminal) {
            out.print("\r" + (line.length() < WIDTH ? line + " ".repeat(WIDTH - line.length()) : line));
        } else {
            out.println(line);
        }
        out.flush();
    }

    static String line(final LoadTimeline.Moment moment, final long total) {
        final StringBuilder text = new StringBuilder(WIDTH);
        text.append(String.format(
                Locale.ROOT,
                "%,6.0f s %,9.0f/s  p50 %.1f p99 %.1f max %.1f ms  in all %,d ",
                moment.seconds(),
                moment.perSecond(),
                moment.p50(),
                moment.p99(),
                moment.max(),
                total));
        for (final Map.Entry<AnswerOutcome, Long> entry : moment.outcomes().entrySet()) {
            text.append(String.format(
                    Locale.ROOT, " %s %,.0f/s", entry.getKey().label(), entry.getValue() / moment.length()));
        }
        return text.toString();
    }

    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (terminal && out != null) {
            out.print("\r" + " ".repeat(WIDTH) + "\r");
            out.flush();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
