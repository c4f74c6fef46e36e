package io.flashsale.bench.load;

import java.util.ArrayList;
import java.util.List;

/** Broken promises: all are counted, the first ones kept. Any thread. */
public final class Violations {
    private static final int KEPT = 20;

    private final List<String> first = new ArrayList<>();
    private long count;

    /** None yet. */
    public Violations() {}

    /**
     * Another one.
     *
     * @param sentence what was seen, and what was promised.
     */
    public synchronized void add(final String sentence) {
        count++;
        if (first.size() < KEPT) {
            first.add(sentence);
        }
    }

    /** How many there were. */
    public synchronized long count() {
        return count;
    }

    /** The first ones, at most 20. */
    public synchronized List<String> first() {
        return List.copyOf(first);
    }
}
