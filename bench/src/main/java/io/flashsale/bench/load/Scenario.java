package io.flashsale.bench.load;

import java.util.Arrays;
import java.util.Locale;

/** Mixes of requests that have a name. */
enum Scenario {
    /** Every code is bought at once: the sale sells out, and what follows are refusals. */
    PURCHASE_HEAVY(TrafficMix.PURCHASE_HEAVY),
    /** Checkouts, purchases, releases, reads and repeats. */
    MIXED(TrafficMix.MIXED);

    // A record of numbers, and so immutable, which the checker cannot see.
    @SuppressWarnings("ImmutableEnumChecker")
    private final TrafficMix mix;

    Scenario(final TrafficMix mix) {
        this.mix = mix;
    }

    TrafficMix mix() {
        return mix;
    }

    /** As on the command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Scenario of(final String label) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.label().equals(label))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("scenario is " + label + "; allowed: purchase-heavy or mixed"));
    }
}
