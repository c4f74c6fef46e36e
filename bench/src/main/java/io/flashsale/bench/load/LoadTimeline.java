package io.flashsale.bench.load;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What a load saw over time. Bounded: beyond {@value #MOST} moments, neighbours become one, whose counts are their sums
 * and whose latencies are the worse of theirs. One thread at a time.
 */
final class LoadTimeline {
    /** More moments than a chart has room for. */
    static final int MOST = 600;

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final int SIGNIFICANT_DIGITS = 2;
    /** The end of a load is rarely a whole second: a rate over less than this, in seconds, would be a jag. */
    private static final double SHORTEST = 0.5;

    /**
     * A stretch of the load.
     *
     * @param seconds  since its start, at the end of this stretch.
     * @param length   of this stretch, seconds.
     * @param outcomes answers by what they said.
     * @param p50      half of the answers took at most this, milliseconds.
     * @param p99      99% did.
     * @param max      all did.
     */
    record Moment(
            double seconds, double length, Map<AnswerOutcome, Long> outcomes, double p50, double p99, double max) {
        long answers() {
            return outcomes.values().stream().mapToLong(Long::longValue).sum();
        }

        double perSecond() {
            return answers() / length;
        }

        Moment and(final Moment next) {
            final Map<AnswerOutcome, Long> both = new EnumMap<>(AnswerOutcome.class);
            both.putAll(outcomes);
            next.outcomes.forEach((outcome, count) -> both.merge(outcome, count, Long::sum));
            return new Moment(
                    next.seconds,
                    length + next.length,
                    both,
                    Math.max(p50, next.p50),
                    Math.max(p99, next.p99),
                    Math.max(max, next.max));
        }
    }

    private final List<Moment> moments = new ArrayList<>();
    private final long[] before = new long[AnswerOutcome.CODES];
    private final Histogram latencies = new Histogram(SIGNIFICANT_DIGITS);
    private long start;
    private long last;
    private int stretch = 1;
    private Moment growing;
    private int grown;

    void startAt(final long nanos) {
        start = nanos;
        last = nanos;
    }

    /** Adds what was counted since the last call; null if that was no time ago. */
    Moment sample(final List<LiveCounts> live, final long now) {
        if (now - last <= 0) {
            return null;
        }
        final long[] sums = new long[before.length];
        latencies.reset();
        for (final LiveCounts counts : live) {
            counts.addOutcomesTo(sums);
            counts.addLatenciesTo(latencies);
        }
        final Map<AnswerOutcome, Long> outcomes = new EnumMap<>(AnswerOutcome.class);
        for (final AnswerOutcome outcome : AnswerOutcome.values()) {
            final long count = sums[outcome.code()] - before[outcome.code()];
            if (count > 0) {
                outcomes.put(outcome, count);
            }
            before[outcome.code()] = sums[outcome.code()];
        }
        final Moment moment = new Moment(
                (now - start) / NANOS_PER_SECOND,
                (now - last) / NANOS_PER_SECOND,
                outcomes,
                latencies.getValueAtPercentile(50) / NANOS_PER_MILLI,
                latencies.getValueAtPercentile(99) / NANOS_PER_MILLI,
                latencies.getMaxValue() / NANOS_PER_MILLI);
        last = now;
        add(moment);
        return moment;
    }

    private void add(final Moment moment) {
        if (growing == null && !moments.isEmpty() && moment.length() < SHORTEST) {
            moments.set(moments.size() - 1, moments.get(moments.size() - 1).and(moment));
            return;
        }
        growing = growing == null ? moment : growing.and(moment);
        if (++grown < stretch) {
            return;
        }
        moments.add(growing);
        growing = null;
        grown = 0;
        if (moments.size() >= MOST) {
            final List<Moment> halved = new ArrayList<>();
            for (int i = 0; i + 1 < moments.size(); i += 2) {
                halved.add(moments.get(i).and(moments.get(i + 1)));
            }
            moments.clear();
            moments.addAll(halved);
            stretch *= 2;
        }
    }

    /** In the order of time, what is still growing included. */
    List<Moment> moments() {
        final List<Moment> all = new ArrayList<>(moments);
        if (growing != null) {
            all.add(growing);
        }
        return all;
    }
}
