package io.flashsale.journal;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * How a journal is written. Immutable, validated; nothing here changes what the records look like.
 *
 * @param syncPolicy         what the owner promises: see {@link SyncPolicy}.
 * @param segmentBytes       at which a segment is succeeded by the next.
 * @param initialFillBytes   filled and synced before a segment's first record; small, because every start pays it; the
 *                           storage may need more.
 * @param leadBytes          most bytes that the frontier is kept ahead; it gets there by doubling what was written.
 * @param reserveBytes       below which {@link JournalWriter#hasRoom()} says no.
 * @param syncIntervalNanos  of the {@link SyncPolicy#INTERVAL} policy.
 * @param segmentMillis      after which a segment is succeeded by the next, however small it is: from its first batch on, by
 *                           the journal's own time. What is deleted is deleted by segments, and so a quiet journal's too.
 */
public record JournalConfig(
        SyncPolicy syncPolicy,
        long segmentBytes,
        long initialFillBytes,
        long leadBytes,
        long reserveBytes,
        long syncIntervalNanos,
        long segmentMillis) {
    private static final long MEBIBYTE = 1024 * 1024;

    /** A segment's part of how long the journal is kept: so much more than asked for is kept at most. */
    private static final int SEGMENTS_KEPT = 8;

    private static final long SHORTEST_SEGMENT_MILLIS = TimeUnit.SECONDS.toMillis(1);
    private static final long LONGEST_SEGMENT_MILLIS = TimeUnit.HOURS.toMillis(24);

    /** Validates. */
    public JournalConfig {
        Objects.requireNonNull(syncPolicy, "syncPolicy");
        require(initialFillBytes > 0, "initialFillBytes must be positive", initialFillBytes);
        require(segmentBytes >= initialFillBytes, "segmentBytes must be at least initialFillBytes", segmentBytes);
        require(reserveBytes >= 0, "reserveBytes must not be negative", reserveBytes);
        require(leadBytes >= reserveBytes, "leadBytes must be at least reserveBytes", leadBytes);
        require(syncIntervalNanos > 0, "syncIntervalNanos must be positive", syncIntervalNanos);
        require(
                segmentMillis >= SHORTEST_SEGMENT_MILLIS && segmentMillis <= LONGEST_SEGMENT_MILLIS,
                "segmentMillis must be a second to a day",
                segmentMillis);
    }

    /**
     * With segments that last a day.
     *
     * @param syncPolicy        what the owner promises.
     * @param segmentBytes      at which a segment is succeeded.
     * @param initialFillBytes  filled before a segment's first record.
     * @param leadBytes         most bytes ahead.
     * @param reserveBytes      least bytes ahead.
     * @param syncIntervalNanos between two syncs at an interval.
     */
    public JournalConfig(
            final SyncPolicy syncPolicy,
            final long segmentBytes,
            final long initialFillBytes,
            final long leadBytes,
            final long reserveBytes,
            final long syncIntervalNanos) {
        this(
                syncPolicy,
                segmentBytes,
                initialFillBytes,
                leadBytes,
                reserveBytes,
                syncIntervalNanos,
                LONGEST_SEGMENT_MILLIS);
    }

    private static void require(final boolean condition, final String message, final long value) {
        if (!condition) {
            throw new IllegalArgumentException(message + ": " + value);
        }
    }

    /**
     * What a service runs with: segments of 2 GiB or a day, 4 MiB at first, up to 64 MiB ahead, a reserve of two full rings,
     * 10 ms.
     *
     * @param syncPolicy what the owner promises.
     * @return a new configuration.
     */
    public static JournalConfig of(final SyncPolicy syncPolicy) {
        return new JournalConfig(
                syncPolicy,
                2048 * MEBIBYTE,
                4 * MEBIBYTE,
                64 * MEBIBYTE,
                JournalLimits.RESERVE_BYTES,
                TimeUnit.MILLISECONDS.toNanos(10));
    }

    /**
     * The same with other segments.
     *
     * @param bytes at which a segment is succeeded.
     * @return a new configuration.
     */
    public JournalConfig withSegmentBytes(final long bytes) {
        return new JournalConfig(
                syncPolicy, bytes, initialFillBytes, leadBytes, reserveBytes, syncIntervalNanos, segmentMillis);
    }

    /**
     * The same with another interval.
     *
     * @param interval between two syncs of the {@link SyncPolicy#INTERVAL} policy.
     * @return a new configuration.
     */
    public JournalConfig withSyncInterval(final Duration interval) {
        return new JournalConfig(
                syncPolicy, segmentBytes, initialFillBytes, leadBytes, reserveBytes, interval.toNanos(), segmentMillis);
    }

    /**
     * The same with segments that last an eighth of how long the journal is kept, between a second and a day.
     *
     * @param retain how long a record is kept at least.
     * @return a new configuration.
     */
    public JournalConfig withRetention(final Duration retain) {
        final long eighth = retain.toMillis() / SEGMENTS_KEPT;
        return new JournalConfig(
                syncPolicy,
                segmentBytes,
                initialFillBytes,
                leadBytes,
                reserveBytes,
                syncIntervalNanos,
                Math.max(SHORTEST_SEGMENT_MILLIS, Math.min(eighth, LONGEST_SEGMENT_MILLIS)));
    }
}
