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

    private record Row(String step, Result result, String checked) {}

    private final List<Row> rows = new ArrayList<>();

    void add(final String step, final Result result, final String checked) {
        rows.add(new Row(step, result, checked));
    }

    /** How many rows have a result. */
    long count(final Result result) {
        return rows.stream().filter(row -> row.result == result).count();
    }

    @Override
    public String toString() {
        int width = 0;
        for (final Row row : rows) {
            width = Math.max(width, row.step.length());
        }
        final StringBuilder text = new StringBuilder();
        for (final Row row : rows) {
            text.append(String.format(
                    Locale.ROOT, "%-" + width + "s  %-12s  %s%n", row.step, row.result.text, row.checked));
        }
        return text.toString();
    }
}
