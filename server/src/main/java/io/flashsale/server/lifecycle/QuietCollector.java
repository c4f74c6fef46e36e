package io.flashsale.server.lifecycle;

import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;

/**
 * Collects what a rush has left in the old generation, in the quiet behind it. Connections live long enough to be promoted, so ten
 * thousand of them leave as much behind when they go as the next ten thousand need; without this the full collection, some
 * 40 ms, falls into the next rush, and the heap grows before it does.
 *
 * <p>Looks once per {@link #doWork()}, to be called once a second. For one thread.
 */
final class QuietCollector implements Agent {
    /** Requests between two looks that are nobody's rush: probes and scrapes. */
    static final long QUIET_REQUESTS = 20;

    /** Looks in a row that found it quiet. */
    static final int QUIET_LOOKS = 2;

    /** Nothing is collected so shortly before a sale opens. */
    static final long BEFORE_SALE_MILLIS = 5_000;

    /** Less is not worth a pause. */
    static final long LEAST_GROWTH_BYTES = 8L * 1024 * 1024;

    /** Nor is less than this part of what lives: the pause grows with that. */
    private static final int LEAST_GROWTH_PART = 4;

    /** The memory that is looked after. */
    interface Memory {
        /** Bytes in the old generation. */
        long used();

        /** Bytes that the last full collection left there; 0 before the first. */
        long live();

        /** Stops the process for as long as a full collection takes. */
        void collect();
    }

    private final Memory memory;
    private final LongSupplier requests;
    private final LongSupplier millisUntilSale;
    private long seenRequests;
    private int quietLooks;

    /**
     * Assigns.
     *
     * @param memory          to collect.
     * @param requests        that came since the start.
     * @param millisUntilSale until the next sale opens.
     */
    QuietCollector(final Memory memory, final LongSupplier requests, final LongSupplier millisUntilSale) {
        this.memory = memory;
        this.requests = requests;
        this.millisUntilSale = millisUntilSale;
    }

    @Override
    public int doWork() {
        final long now = requests.getAsLong();
        quietLooks = now - seenRequests > QUIET_REQUESTS ? 0 : quietLooks + 1;
        seenRequests = now;
        if (quietLooks >= QUIET_LOOKS && millisUntilSale.getAsLong() >= BEFORE_SALE_MILLIS && isWorthIt()) {
            memory.collect();
        }
        // As if nothing were done: two looks are always as far apart.
        return 0;
    }

    private boolean isWorthIt() {
        final long live = memory.live();
        return memory.used() - live >= Math.max(LEAST_GROWTH_BYTES, live / LEAST_GROWTH_PART);
    }

    @Override
    public String roleName() {
        return "quiet-collector";
    }
}
