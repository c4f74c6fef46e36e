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
    private static final AnswerClass[] CLASSES = AnswerClass.values();
    private static final ConnectionEnd[] ENDS = ConnectionEnd.values();

    private final Map<AnswerClass, Histogram> latencies = new EnumMap<>(AnswerClass.class);
    private final Histogram sendDelay = histogram();
    private final long[] statuses = new long[STATUSES];
    private final Map<ConnectionEnd, long[]> ends = new EnumMap<>(ConnectionEnd.class);
    private long checkoutsSent;
    private long purchasesSent;
    private long checkoutsUnanswered;
    private long purchasesUnanswered;
    private long codesNotBought;
    private long plannedNotSent;
    private long invalidCodes;
    private long reconnects;

    LoadRecorder() {
        for (final AnswerClass answerClass : CLASSES) {
            latencies.put(answerClass, histogram());
        }
        for (final ConnectionEnd end : ENDS) {
            ends.put(end, new long[1]);
        }
    }

    void checkoutSent() {
        checkoutsSent++;
    }

    void purchaseSent() {
        purchasesSent++;
    }

    /** How long after its planned time a request was sent. */
    void sendDelay(final long nanos) {
        record(sendDelay, nanos);
    }

    void answered(final boolean purchase, final int status, final long latencyNanos) {
        statuses[status]++;
        record(latencies.get(AnswerClass.of(purchase, status)), latencyNanos);
    }

    void unanswered(final boolean purchase) {
        if (purchase) {
            purchasesUnanswered++;
        } else {
            checkoutsUnanswered++;
        }
    }

    void codesNotBought(final int count) {
        codesNotBought += count;
    }

    void plannedNotSent(final long count) {
        plannedNotSent += count;
    }

    void invalidCode() {
        invalidCodes++;
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
        checkoutsSent += other.checkoutsSent;
        purchasesSent += other.purchasesSent;
        checkoutsUnanswered += other.checkoutsUnanswered;
        purchasesUnanswered += other.purchasesUnanswered;
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
                config, elapsedNanos, cpuNanos, counts(), byStatus, summaries, LatencySummary.of(sendDelay));
    }

    private LoadCounts counts() {
        return new LoadCounts(
                checkoutsSent,
                purchasesSent,
                checkoutsUnanswered,
                purchasesUnanswered,
                codesNotBought,
                plannedNotSent,
                invalidCodes,
                ends.get(ConnectionEnd.CONNECT_FAILED)[0],
                ends.get(ConnectionEnd.SERVER_CLOSED)[0],
                ends.get(ConnectionEnd.RESET)[0],
                ends.get(ConnectionEnd.TIMED_OUT)[0],
                ends.get(ConnectionEnd.PROTOCOL_ERROR)[0],
                reconnects);
    }

    private static Histogram histogram() {
        return new Histogram(MAX_LATENCY_NANOS, SIGNIFICANT_DIGITS);
    }

    private static void record(final Histogram histogram, final long nanos) {
        histogram.recordValue(Math.max(0, Math.min(nanos, MAX_LATENCY_NANOS)));
    }
}
