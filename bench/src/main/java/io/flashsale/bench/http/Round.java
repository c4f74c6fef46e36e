package io.flashsale.bench.http;

import io.flashsale.bench.result.BenchResult;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One server's turn in one round.
 *
 * @param perSecond  requests answered per second.
 * @param cpuMicros  processor time of the server per request, microseconds.
 * @param p50Nanos   half of the requests were answered within this.
 * @param p99Nanos   99% were answered within this.
 * @param clientBusy processor time of the client by the turn's time.
 * @param memory     of the server, after the turn.
 */
record Round(
        double perSecond,
        double cpuMicros,
        long p50Nanos,
        long p99Nanos,
        double clientBusy,
        BenchedServer.Memory memory) {
    static final String RATE = "requests_per_second";
    static final String CPU = "server_cpu_us_per_request";
    static final String CLIENT_BUSY = "client_busy";
    private static final String P50 = "p50_ms";
    private static final String P99 = "p99_ms";
    private static final String RESIDENT = "resident_mib";
    private static final String ANONYMOUS = "anonymous_mib";
    private static final double MEBIBYTE = 1_024 * 1_024;

    /** By name, for a result. */
    Map<String, Object> values() {
        final Map<String, Object> values = new LinkedHashMap<>();
        values.put(RATE, perSecond);
        values.put(CPU, cpuMicros);
        values.put(P50, p50Nanos / 1e6);
        values.put(P99, p99Nanos / 1e6);
        values.put(CLIENT_BUSY, clientBusy);
        values.put(RESIDENT, memory.residentBytes() / MEBIBYTE);
        values.put(ANONYMOUS, memory.anonymousBytes() / MEBIBYTE);
        return values;
    }

    /** The columns of {@link #row}. */
    static String header() {
        return String.format(
                Locale.ROOT,
                "%-14s %12s %12s %10s %10s %12s %9s %9s",
                "",
                "requests/s",
                "CPU us/req",
                "p50 ms",
                "p99 ms",
                "client busy",
                "RSS MiB",
                "anon MiB");
    }

    /** Medians over rounds. */
    static String row(final BenchResult result, final String group, final String name) {
        return String.format(
                Locale.ROOT,
                "%-14s %12.0f %12.2f %10.2f %10.2f %11.0f%% %9.0f %9.0f",
                name,
                median(result, group, name, RATE),
                median(result, group, name, CPU),
                median(result, group, name, P50),
                median(result, group, name, P99),
                median(result, group, name, CLIENT_BUSY) * 100,
                median(result, group, name, RESIDENT),
                median(result, group, name, ANONYMOUS));
    }

    private static double median(final BenchResult result, final String group, final String name, final String value) {
        return result.spread(group, name, value).median();
    }
}
