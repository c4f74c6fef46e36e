package io.flashsale.bench.simulation;

import io.flashsale.engine.Outcome;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;

/** Everything that happens, in its order: counted, hashed, and printed if somebody wants to read it. For one thread. */
public final class Trace {
    private final PrintStream out;
    private final Map<Event, long[]> counts = new EnumMap<>(Event.class);
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private long hash;
    private long step;

    /**
     * An empty one.
     *
     * @param out that is printed to, or null.
     */
    public Trace(final PrintStream out) {
        this.out = out;
    }

    void step(final long number) {
        step = number;
    }

    void add(final Event event, final long first, final long second) {
        counter(event)[0]++;
        mix(event.code());
        mix(first);
        mix(second);
        if (out != null) {
            out.printf("%6d  %-44s %d %d%n", step, event, first, second);
        }
    }

    void outcome(final long sequence, final Outcome outcome) {
        outcomes.merge(outcome, 1L, Long::sum);
        mix(-outcome.code());
        mix(sequence);
        if (out != null) {
            out.printf("%6d  decided %-36s %d%n", step, outcome, sequence);
        }
    }

    private long[] counter(final Event event) {
        return counts.computeIfAbsent(event, e -> new long[1]);
    }

    private void mix(final long value) {
        hash = SimulationRandom.mix(hash ^ value) + 1;
    }

    /**
     * Takes the counts of another one.
     *
     * @param other that is complete.
     */
    public void addCounts(final Trace other) {
        other.counts.forEach((event, count) -> counter(event)[0] += count[0]);
        other.outcomes.forEach((outcome, count) -> outcomes.merge(outcome, count, Long::sum));
    }

    /**
     * Of everything that happened, in its order.
     *
     * @return the same for the same run.
     */
    public long hash() {
        return hash;
    }

    /**
     * The step that it is in.
     *
     * @return from 0.
     */
    public long step() {
        return step;
    }

    /**
     * How often something happened.
     *
     * @param event to look for.
     * @return 0 or more.
     */
    public long count(final Event event) {
        return counter(event)[0];
    }

    /**
     * How often something was decided.
     *
     * @param outcome to look for.
     * @return 0 or more.
     */
    public long count(final Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }
}
