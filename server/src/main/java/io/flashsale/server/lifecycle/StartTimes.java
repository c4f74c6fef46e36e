package io.flashsale.server.lifecycle;

import java.util.ArrayList;
import java.util.List;

/** How long each phase of a start took. */
final class StartTimes {
    private final List<String> phases = new ArrayList<>();
    private final long begin = System.nanoTime();
    private long phaseBegin = begin;

    /** Ends the phase that runs since the last call, or since the beginning. */
    void phase(final String name) {
        final long now = System.nanoTime();
        phases.add(name + " " + millis(now - phaseBegin));
        phaseBegin = now;
    }

    private static String millis(final long nanos) {
        return (nanos + 500_000) / 1_000_000 + " ms";
    }

    /** All phases and their sum. */
    @Override
    public String toString() {
        return millis(System.nanoTime() - begin) + " (" + String.join(", ", phases) + ")";
    }
}
