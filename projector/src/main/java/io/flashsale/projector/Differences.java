package io.flashsale.projector;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Counts differences and keeps the first in words. */
final class Differences {
    private final int kept;
    private final List<String> first = new ArrayList<>();
    private long count;

    Differences(final int kept) {
        this.kept = kept;
    }

    void missing(final String row) {
        add(row + " is missing in PostgreSQL");
    }

    void excess(final String row) {
        add(row + " is in PostgreSQL but not in the journal");
    }

    /** Compares one row as it should be and as it is: the columns' names, and their values in the same order. */
    void compare(final String row, final String[] columns, final Object[] wanted, final Object[] found) {
        StringBuilder words = null;
        for (int i = 0; i < columns.length; i++) {
            if (!Objects.equals(wanted[i], found[i])) {
                words = words == null ? new StringBuilder(row).append(':') : words.append(',');
                words.append(' ')
                        .append(columns[i])
                        .append(" is ")
                        .append(found[i])
                        .append(", should be ");
                words.append(wanted[i]);
            }
        }
        if (words != null) {
            add(words.toString());
        }
    }

    private void add(final String words) {
        count++;
        if (first.size() < kept) {
            first.add(words);
        }
    }

    long count() {
        return count;
    }

    List<String> first() {
        return List.copyOf(first);
    }
}
