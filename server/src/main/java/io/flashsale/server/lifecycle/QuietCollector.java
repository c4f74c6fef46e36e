package io.flashsale.server.lifecycle;

import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;

/**
 * Collects what a rush has left in the old generation, in the quiet behind it. Connections live long enough to be promoted, so ten
 * thousand of them leave as much behind when they go as the next ten thousand need; without this the full collection falls into
 * the next rush, and the heap grows before it does.
 *
 * <p>Looks once per {@link #doWork()}, to be called once a second. For one thread.
 */
final class QuietCollector implements Agent {
    /** Requests between two looks that are nobody's rush: probes and scrapes. */
    static final long QUIET_REQUESTS = 20;

    /** Looks in a row that found it quiet. */
    static final int QUIET_LOOKS = 2;

    /** From one collection to the next, whoever leaves garbage in the quiet. */
    static final int LOOKS_BETWEEN = 5;

    /** Nothing is collected so shortly before a sale opens, or in the last quarter before, if sales are short. */
    static final long BEFORE_SALE_MILLIS = 5_000;

    /** Less is not worth a pause. */
    static final long LEAST_GARBAGE_BYTES = 8L * 1024 * 1024;

    /** What a connection leaves behind: seen with ten thousand. */
    static final long CONNECTION_BYTES = 2 * 1024;

    private static final int SALE_PART = 4;

    /** Less than this part of what lives is not worth a pause either, which grows with that. */
    private static final int LIVE_PART = 4;

    /** The memory that is looked after. */
    interface Memory {
        /** Bytes in the old generation. */
        long used();

        /** Bytes that the last full collection left there; 0 before the first. */
        long live();

        /** Stops the process for as long as a full collection takes, if the JVM is willing. */
        void collect();
    }

    private final Memory memory;
    private final LongSupplier requests;
    private final LongSupplier closedConnections;
    private final BooleanSupplier saleIsNear;
    private boolean begun;
    private long seenRequests;
    private int quietLooks;
    /** As far as is known, all of it lives. */
    private long floor;

    private long liveAtCollection;
    private long closedAtCollection;
    private int looksSinceCollection = LOOKS_BETWEEN;

    /**
     * Assigns.
     *
     * @param memory            to collect.
     * @param requests          that came since the start.
     * @param closedConnections since the start.
     * @param saleIsNear        whether a sale opens soon, see {@link #isNear}.
     */
    QuietCollector(
            final Memory memory,
            final LongSupplier requests,
            final LongSupplier closedConnections,
            final BooleanSupplier saleIsNear) {
        this.memory = memory;
        this.requests = requests;
        this.closedConnections = closedConnections;
        this.saleIsNear = saleIsNear;
    }

    /** Whether the next sale, which opens when the open one closes, is near; times in milliseconds. */
    static boolean isNear(final long now, final long opensAt, final long closesAt) {
        return closesAt - now < Math.min(BEFORE_SALE_MILLIS, (closesAt - opensAt) / SALE_PART);
    }

    @Override
    public int doWork() {
        final long cameBefore = seenRequests;
        seenRequests = requests.getAsLong();
        final long closed = closedConnections.getAsLong();
        looksSinceCollection++;
        if (!begun) {
            begun = true;
            collected(memory.used(), closed);
            return 0;
        }
        if (memory.live() != liveAtCollection) {
            // The JVM had to.
            collected(memory.live(), closed);
        }
        quietLooks = seenRequests - cameBefore > QUIET_REQUESTS ? 0 : quietLooks + 1;
        if (quietLooks >= QUIET_LOOKS
                && looksSinceCollection >= LOOKS_BETWEEN
                && isWorthIt(closed)
                && !saleIsNear.getAsBoolean()) {
            memory.collect();
            looksSinceCollection = 0;
            collected(memory.used(), closed);
        }
        // As if nothing were done: two looks are always as far apart.
        return 0;
    }

    private void collected(final long left, final long closed) {
        floor = left;
        liveAtCollection = memory.live();
        closedAtCollection = closed;
    }

    private boolean isWorthIt(final long closed) {
        final long garbage = memory.used() - floor + CONNECTION_BYTES * (closed - closedAtCollection);
        return garbage >= Math.max(LEAST_GARBAGE_BYTES, floor / LIVE_PART);
    }

    @Override
    public String roleName() {
        return "quiet-collector";
    }
}
