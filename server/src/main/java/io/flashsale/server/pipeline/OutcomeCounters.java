package io.flashsale.server.pipeline;

import io.flashsale.engine.Outcome;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often each outcome was decided since the process started. Counted by the engine's thread in plain memory,
 * published once a batch, read by anybody.
 */
public final class OutcomeCounters {
    private final long[] counts = new long[Byte.MAX_VALUE];
    private final AtomicLongArray published = new AtomicLongArray(Byte.MAX_VALUE);

    void count(final Outcome outcome) {
        counts[outcome.code()]++;
    }

    void publish() {
        for (int code = 0; code < counts.length; code++) {
            if (counts[code] != published.getPlain(code)) {
                published.setRelease(code, counts[code]);
            }
        }
    }

    /**
     * How often an outcome was decided.
     *
     * @param outcome which.
     * @return 0 or more.
     */
    public long of(final Outcome outcome) {
        return published.getAcquire(outcome.code());
    }
}
