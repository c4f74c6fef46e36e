package io.flashsale.bench.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * Whether what a process takes up stays what it is. Of one life of a process, the median of the last quarter of its samples
 * is compared with that of the second: the first quarter is the warm-up, and a median does not see a single sample that
 * happened to be taken during a snapshot. Less is always allowed; more within a tolerance:
 *
 * <ul>
 *   <li>live objects: 1 MiB. Classes that are loaded late and buffers that grow to their size make up some hundred KiB; a
 *       forgotten object of 40 bytes a request is 2 MiB after two minutes of 400 requests a second.
 *   <li>memory of its own, and resident memory: 16 MiB. The just-in-time compilers take and give back arenas of some MiB for
 *       minutes, and pages of mapped files count as resident while they are read; 5 MiB were seen.
 *   <li>descriptors: 4. A segment and its readers' files, or a connection to PostgreSQL that is being opened again.
 *   <li>threads: 2. The JVM starts and ends compiler threads as it needs them.
 *   <li>disk: 8 MiB, and twice what was journaled between the two: the space ahead of the writer grows with what it wrote.
 *       What has been written goes again only with whole segments, see {@link RetentionCheck}.
 * </ul>
 */
final class Flatness {
    /** Three samples a quarter: a median of fewer is no median. */
    static final int LEAST_SAMPLES = 12;

    private static final long MEBIBYTE = 1_024 * 1_024;
    private static final int QUARTERS = 4;

    private static final List<Figure> FIGURES = List.of(
            new Figure("live objects", Footprint::heap, MEBIBYTE, MEBIBYTE),
            new Figure("own memory", Footprint::own, 16 * MEBIBYTE, MEBIBYTE),
            new Figure("resident memory", Footprint::resident, 16 * MEBIBYTE, MEBIBYTE),
            new Figure("descriptors", Footprint::files, 4, 1),
            new Figure("threads", Footprint::threads, 2, 1),
            new Figure("disk", Footprint::disk, 8 * MEBIBYTE, MEBIBYTE));

    private Flatness() {}

    private record Figure(String name, ToLongFunction<Footprint> value, long slack, long unit) {}

    /**
     * One figure of one life.
     *
     * @param name    of the figure.
     * @param second  median of the second quarter, in units.
     * @param last    median of the last quarter, in units.
     * @param allowed most that the last may be, in units.
     * @param unit    bytes, or 1 for what is counted.
     */
    record Line(String name, double second, double last, double allowed, long unit) {
        boolean isFlat() {
            return last <= allowed;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    unit == 1 ? "%s %.0f, then %.0f (at most %.0f)" : "%s %.1f MiB, then %.1f (at most %.1f)",
                    name,
                    second,
                    last,
                    allowed);
        }
    }

    /**
     * Compares.
     *
     * @param life samples of one process, one after each sale.
     * @return a line for each figure that could be read; none if there are fewer than {@link #LEAST_SAMPLES}.
     */
    static List<Line> of(final List<Footprint> life) {
        final List<Line> lines = new ArrayList<>();
        if (life.size() < LEAST_SAMPLES) {
            return lines;
        }
        final double journaled = quarter(life, QUARTERS, Footprint::journaled) - quarter(life, 2, Footprint::journaled);
        for (final Figure figure : FIGURES) {
            final double second = quarter(life, 2, figure.value);
            final double last = quarter(life, QUARTERS, figure.value);
            if (second != Footprint.UNKNOWN && last != Footprint.UNKNOWN) {
                final double written = figure.name.equals("disk") ? 2 * journaled : 0;
                final double allowed = second + figure.slack + written;
                lines.add(new Line(
                        figure.name, second / figure.unit, last / figure.unit, allowed / figure.unit, figure.unit));
            }
        }
        return lines;
    }

    /** Notes each figure of each life, and fails if one is not flat. */
    static void check(final List<List<Footprint>> lives, final DrillTable table) {
        boolean flat = true;
        int number = 0;
        for (final List<Footprint> life : lives) {
            number++;
            final List<Line> lines = of(life);
            final String name = "process " + number + ", " + life.size() + " samples";
            if (lines.isEmpty()) {
                table.add(name, DrillTable.Result.SKIPPED, "flatness needs " + LEAST_SAMPLES);
            }
            for (final Line line : lines) {
                table.add(name, line.isFlat() ? DrillTable.Result.PASSED : DrillTable.Result.FAILED, line.toString());
                flat &= line.isFlat();
            }
        }
        DrillFailedException.require(flat, "a process takes up more and more");
    }

    /** The median of a quarter, counted from 1. */
    private static double quarter(final List<Footprint> life, final int number, final ToLongFunction<Footprint> value) {
        final long[] sorted =
                life.subList(life.size() * (number - 1) / QUARTERS, life.size() * number / QUARTERS).stream()
                        .mapToLong(value)
                        .sorted()
                        .toArray();
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    }
}
