package io.flashsale.bench.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a drill did, what it checked and what came of it, as a table. What could not be done is never shown as passed. */
final class DrillTable {
    /** What came of a step. */
    enum Result {
        PASSED("passed"),
        /** It could not be done here. */
        SKIPPED("SKIPPED"),
        /** It was done, and there was nothing left to check: too slow, most likely. */
        INCONCLUSIVE("INCONCLUSIVE"),
        FAILED("FAILED");

        private final String text;

        Result(final String text) {
            this.text = text;
        }
    }

    private record Row(String step, String expected, Result result, String checked) {}

    private final List<Row> rows = new ArrayList<>();

    void add(final String step, final Result result, final String checked) {
        add(step, "", result, checked);
    }

    /** A step of which is said beforehand what must come of it. */
    void add(final String step, final String expected, final Result result, final String seen) {
        rows.add(new Row(step, expected, result, seen));
    }

    /** How many rows have a result. */
    long count(final Result result) {
        return rows.stream().filter(row -> row.result == result).count();
    }

    /** Each step that failed, and what was seen. */
    List<String> failures() {
        return rows.stream()
                .filter(row -> row.result == Result.FAILED)
                .map(row -> row.step + ": " + row.checked)
                .toList();
    }

    @Override
    public String toString() {
        int step = 0;
        int expected = 0;
        for (final Row row : rows) {
            step = Math.max(step, row.step.length());
            expected = Math.max(expected, row.expected.length());
        }
        // Drills that expect the same of every step have no such column.
        final String gap = expected == 0 ? "" : "  ";
        final StringBuilder text = new StringBuilder();
        for (final Row row : rows) {
            text.append(String.format(Locale.ROOT, "%-" + step + "s  %-12s  ", row.step, row.result.text))
                    .append(row.expected)
                    .append(" ".repeat(expected - row.expected.length()))
                    .append(gap)
                    .append(row.checked)
                    .append(System.lineSeparator());
        }
        return text.toString();
    }
}
