package io.flashsale.bench.http;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One server's turn in one round.
 *
 * @param perSecond      requests answered per second.
 * @param cpuMicros      processor time of the server per request, microseconds.
 * @param p50Nanos       half of the requests were answered within this.
 * @param p99Nanos       99% were answered within this.
 * @param clientBusy     processor time of the client by the turn's time.
 */
record Round(double perSecond, double cpuMicros, long p50Nanos, long p99Nanos, double clientBusy) {

    static double median(final List<Round> rounds, final ToDoubleFunction<Round> value) {
        return median(rounds.stream().mapToDouble(value).toArray());
    }

    static double median(final double... values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** The columns of {@link #row}. */
    static String header() {
        return String.format(
                Locale.ROOT,
                "%-14s %12s %12s %10s %10s %12s",
                "",
                "requests/s",
                "CPU us/req",
                "p50 ms",
                "p99 ms",
                "client busy");
    }

    /** Medians over rounds. */
    static String row(final String name, final List<Round> rounds) {
        return String.format(
                Locale.ROOT,
                "%-14s %12.0f %12.2f %10.2f %10.2f %11.0f%%",
                name,
                median(rounds, Round::perSecond),
                median(rounds, Round::cpuMicros),
                median(rounds, Round::p50Nanos) / 1e6,
                median(rounds, Round::p99Nanos) / 1e6,
                median(rounds, Round::clientBusy) * 100);
    }
}
