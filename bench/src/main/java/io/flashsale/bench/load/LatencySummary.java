package io.flashsale.bench.load;

import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What a histogram says, in nanoseconds to three significant digits; all zero when nothing was recorded.
 *
 * @param count how many were recorded.
 * @param mean  their mean.
 * @param p50   half were at most this.
 * @param p90   nine in ten were at most this.
 * @param p99   99% were at most this.
 * @param p999  99.9% were at most this.
 * @param p9999 99.99% were at most this.
 * @param max   the highest.
 */
public record LatencySummary(long count, long mean, long p50, long p90, long p99, long p999, long p9999, long max) {
    private static final double NANOS_PER_MICRO = 1_000;

    static LatencySummary of(final Histogram histogram) {
        if (histogram.getTotalCount() == 0) {
            return new LatencySummary(0, 0, 0, 0, 0, 0, 0, 0);
        }
        return new LatencySummary(
                histogram.getTotalCount(),
                Math.round(histogram.getMean()),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getValueAtPercentile(99.99),
                histogram.getMaxValue());
    }

    /** The columns of {@link #toRow}. */
    static String header() {
        return String.format(
                Locale.ROOT,
                "%-14s %12s %11s %11s %11s %11s %11s %11s %11s",
                "microseconds",
                "count",
                "mean",
                "p50",
                "p90",
                "p99",
                "p99.9",
                "p99.99",
                "max");
    }

    String toRow(final String name) {
        return String.format(
                Locale.ROOT,
                "%-14s %12d %11.1f %11.1f %11.1f %11.1f %11.1f %11.1f %11.1f",
                name,
                count,
                mean / NANOS_PER_MICRO,
                p50 / NANOS_PER_MICRO,
                p90 / NANOS_PER_MICRO,
                p99 / NANOS_PER_MICRO,
                p999 / NANOS_PER_MICRO,
                p9999 / NANOS_PER_MICRO,
                max / NANOS_PER_MICRO);
    }

    String toJson() {
        return String.format(
                Locale.ROOT,
                "{\"count\":%d,\"mean_ns\":%d,\"p50_ns\":%d,\"p90_ns\":%d,\"p99_ns\":%d,\"p99_9_ns\":%d,"
                        + "\"p99_99_ns\":%d,\"max_ns\":%d}",
                count,
                mean,
                p50,
                p90,
                p99,
                p999,
                p9999,
                max);
    }
}
