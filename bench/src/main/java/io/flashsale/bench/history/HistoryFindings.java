package io.flashsale.bench.history;

import java.util.ArrayList;
import java.util.List;

/** What a check has found so far. One thread. */
final class HistoryFindings {
    private static final int KEPT = 50;

    private final List<String> violations = new ArrayList<>();
    private long count;
    private long ambiguous;
    private long undecided;

    void violation(final String sentence) {
        count++;
        if (violations.size() < KEPT) {
            violations.add(sentence);
        }
    }

    /** An answer near a sale's boundary, which more than one sale explains. */
    void ambiguous() {
        ambiguous++;
    }

    /** An answer of which nothing is concluded. */
    void undecided() {
        undecided++;
    }

    HistoryVerdict verdict(final long answered, final long unanswered) {
        return new HistoryVerdict(answered, unanswered, ambiguous, undecided, count, List.copyOf(violations));
    }
}
