package io.flashsale.bench.history;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether a history can be explained.
 *
 * @param answered       commands that were answered and decided.
 * @param unanswered     commands that may have been decided.
 * @param ambiguous      of the answered: near a sale's boundary, explained by either sale, and no further conclusion.
 * @param undecided      of the answered: of items with too many unanswered requests, or after a violation.
 * @param violationCount contradictions.
 * @param violations     the first of them.
 */
public record HistoryVerdict(
        long answered, long unanswered, long ambiguous, long undecided, long violationCount, List<String> violations) {
    /** Copies the list. */
    public HistoryVerdict {
        violations = List.copyOf(violations);
    }

    /** Whether some order of all requests explains every answer, as far as the check decides. */
    public boolean isAccepted() {
        return violationCount == 0;
    }

    /** Lines for people. */
    public String toText() {
        return String.format(
                        Locale.ROOT,
                        "%,d answered commands, %,d without an answer; %,d near a boundary, %,d undecided%n",
                        answered,
                        unanswered,
                        ambiguous,
                        undecided)
                + violations.stream().map(line -> "violation: " + line + "\n").collect(Collectors.joining())
                + (isAccepted() ? "the history can be explained\n" : violationCount + " violations\n");
    }
}
