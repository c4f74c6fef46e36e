package io.flashsale.bench.load;

import java.util.concurrent.atomic.AtomicLong;

/** The highest Sale-Sequence in any answer of a load that has arrived so far. Any thread. */
final class HighestSequence {
    private final AtomicLong highest = new AtomicLong(LoadListener.NO_SEQUENCE);

    long get() {
        return highest.get();
    }

    void raise(final long sequence) {
        long seen = highest.get();
        while (sequence > seen && !highest.compareAndSet(seen, sequence)) {
            seen = highest.get();
        }
    }
}
