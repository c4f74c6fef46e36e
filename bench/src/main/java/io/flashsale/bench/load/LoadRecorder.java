package io.flashsale.bench.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Counts and histograms of one thread, added up at the end. One thread at a time; recording allocates nothing. */
final class LoadRecorder {
    private static final long MAX_LATENCY_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final int STATUSES = 1_000;
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final AnswerClass[] CLASSES = AnswerClass.values();
    private static final ConnectionEnd[] ENDS = ConnectionEnd.values();

    private final Map<AnswerClass, Histogram> latencies = new EnumMap<>(AnswerClass.class);
    private final Histogram sendDelay = histogram();
    private final long[] statuses = new long[STATUSES];
    private final Map<ConnectionEnd, long[]> ends = new EnumMap<>(ConnectionEnd.class);
    private final LiveCounts live = new LiveCounts();
    private final long[] sent = new long[RequestKind.CODES];
    private final long[] unanswered = new long[RequestKind.CODES];
    private long codesNotBought;
    private long plannedNotSent;
    private long invalidCodes;
    private long reconnects;
    private long repeatsSent;
    private long lateByClient;

    LoadRecorder() {
        for (final AnswerClass answerClass : CLASSES) {
            latencies.put(answerClass, histogram());
        }
        for (final ConnectionEnd end : ENDS) {
            ends.put(end, new long[1]);
        }
    }

    /** What another thread may look at while this one records. */
    LiveCounts live() {
        return live;
    }

    void sent(final RequestKind kind, final boolean repeat) {
        sent[kind.code()]++;
        repeatsSent += repeat ? 1 : 0;
        live.sent();
    }

    /** How long after its planned time a request was sent, and whether there was room for it all the while. */
    void sendDelay(final long nanos, final boolean hadRoom) {
        record(sendDelay, nanos);
        lateByClient += hadRoom && nanos > LATE_NANOS ? 1 : 0;
    }

    void answered(final Exchange exchange, final long latencyNanos) {
        statuses[exchange.status()]++;
        record(latencies.get(AnswerClass.of(exchange.kind(), exchange.status())), latencyNanos);
        live.answered(exchange.outcome(), Math.max(0, Math.min(latencyNanos, MAX_LATENCY_NANOS)));
        if (exchange.kind() == RequestKind.CHECKOUT
                && exchange.status() == 200
                && exchange.outcome() != AnswerOutcome.RESERVED) {
            invalidCodes++;
        }
    }

    void unanswered(final RequestKind kind) {
        unanswered[kind.code()]++;
    }

    void codesNotBought(final int count) {
        codesNotBought += count;
    }

    void plannedNotSent(final long count) {
        plannedNotSent += count;
    }

    void connectionEnded(final ConnectionEnd end) {
        ends.get(end)[0]++;
    }

    void reconnected() {
        reconnects++;
    }

    void add(final LoadRecorder other) {
        for (final AnswerClass answerClass : CLASSES) {
            latencies.get(answerClass).add(other.latencies.get(answerClass));
        }
        for (final ConnectionEnd end : ENDS) {
            ends.get(end)[0] += other.ends.get(end)[0];
        }
        for (int status = 0; status < STATUSES; status++) {
            statuses[status] += other.statuses[status];
        }
        sendDelay.add(other.sendDelay);
        for (final RequestKind kind : RequestKind.values()) {
            sent[kind.code()] += other.sent[kind.code()];
            unanswered[kind.code()] += other.unanswered[kind.code()];
        }
        live.add(other.live);
        repeatsSent += other.repeatsSent;
        lateByClient += other.lateByClient;
        codesNotBought += other.codesNotBought;
        plannedNotSent += other.plannedNotSent;
        invalidCodes += other.invalidCodes;
        reconnects += other.reconnects;
    }

    LoadReport report(final LoadConfig config, final long elapsedNanos, final long cpuNanos) {
        final SortedMap<Integer, Long> byStatus = new TreeMap<>();
        for (int status = 0; status < STATUSES; status++) {
            if (statuses[status] > 0) {
                byStatus.put(status, statuses[status]);
            }
        }
        final Map<AnswerClass, LatencySummary> summaries = new EnumMap<>(AnswerClass.class);
        latencies.forEach((answerClass, histogram) -> summaries.put(answerClass, LatencySummary.of(histogram)));
        return new LoadReport(
                config,
                elapsedNanos,
                cpuNanos,
                counts(),
                byStatus,
                live.outcomes(),
                summaries,
                LatencySummary.of(sendDelay));
    }

    private LoadCounts counts() {
        return new LoadCounts(
                of(sent, RequestKind.CHECKOUT),
                of(sent, RequestKind.PURCHASE),
                of(unanswered, RequestKind.CHECKOUT),
                of(unanswered, RequestKind.PURCHASE),
                codesNotBought,
                plannedNotSent,
                invalidCodes,
                ends.get(ConnectionEnd.CONNECT_FAILED)[0],
                ends.get(ConnectionEnd.SERVER_CLOSED)[0],
                ends.get(ConnectionEnd.RESET)[0],
                ends.get(ConnectionEnd.TIMED_OUT)[0],
                ends.get(ConnectionEnd.PROTOCOL_ERROR)[0],
                reconnects,
                of(sent, RequestKind.RELEASE),
                of(sent, RequestKind.READ),
                repeatsSent,
                of(unanswered, RequestKind.RELEASE) + of(unanswered, RequestKind.READ),
                lateByClient);
    }

    private static long of(final long[] counts, final RequestKind kind) {
        return counts[kind.code()];
    }

    private static Histogram histogram() {
        return new Histogram(MAX_LATENCY_NANOS, SIGNIFICANT_DIGITS);
    }

    private static void record(final Histogram histogram, final long nanos) {
        histogram.recordValue(Math.max(0, Math.min(nanos, MAX_LATENCY_NANOS)));
    }
}
