package io.flashsale.bench.load;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;

/** What one load thread counts for others to look at meanwhile. One thread writes, without waiting; another reads. */
final class LiveCounts {
    private static final int SIGNIFICANT_DIGITS = 2;
    private static final AnswerOutcome[] OUTCOMES = AnswerOutcome.values();

    private final AtomicLongArray outcomes = new AtomicLongArray(AnswerOutcome.CODES);
    private final AtomicLong sent = new AtomicLong();
    private final SingleWriterRecorder latencies = new SingleWriterRecorder(SIGNIFICANT_DIGITS);
    private Histogram interval;

    void sent() {
        sent.lazySet(sent.get() + 1);
    }

    void answered(final AnswerOutcome outcome, final long latencyNanos) {
        final int at = outcome.code();
        outcomes.lazySet(at, outcomes.get(at) + 1);
        latencies.recordValue(latencyNanos);
    }

    /** To be called when nobody writes any more. */
    void add(final LiveCounts other) {
        for (int at = 0; at < AnswerOutcome.CODES; at++) {
            outcomes.addAndGet(at, other.outcomes.get(at));
        }
        sent.addAndGet(other.sent.get());
    }

    long sentSoFar() {
        return sent.get();
    }

    /** Adds the counts so far to those of other threads. */
    void addOutcomesTo(final long[] sums) {
        for (int at = 0; at < AnswerOutcome.CODES; at++) {
            sums[at] += outcomes.get(at);
        }
    }

    /** Adds the latencies since the last call. For the one thread that reads. */
    void addLatenciesTo(final Histogram sum) {
        interval = latencies.getIntervalHistogram(interval);
        sum.add(interval);
    }

    Map<AnswerOutcome, Long> outcomes() {
        final Map<AnswerOutcome, Long> counts = new EnumMap<>(AnswerOutcome.class);
        for (final AnswerOutcome outcome : OUTCOMES) {
            if (outcomes.get(outcome.code()) > 0) {
                counts.put(outcome, outcomes.get(outcome.code()));
            }
        }
        return counts;
    }
}
