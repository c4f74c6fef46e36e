package io.flashsale.journal;

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
 */
public record JournalConfig(
        SyncPolicy syncPolicy,
        long segmentBytes,
        long initialFillBytes,
        long leadBytes,
        long reserveBytes,
        long syncIntervalNanos) {
    private static final long MEBIBYTE = 1024 * 1024;

    /** Validates. */
    public JournalConfig {
        Objects.requireNonNull(syncPolicy, "syncPolicy");
        require(initialFillBytes > 0, "initialFillBytes must be positive", initialFillBytes);
        require(segmentBytes >= initialFillBytes, "segmentBytes must be at least initialFillBytes", segmentBytes);
        require(reserveBytes >= 0, "reserveBytes must not be negative", reserveBytes);
        require(leadBytes >= reserveBytes, "leadBytes must be at least reserveBytes", leadBytes);
        require(syncIntervalNanos > 0, "syncIntervalNanos must be positive", syncIntervalNanos);
    }

    private static void require(final boolean condition, final String message, final long value) {
        if (!condition) {
            throw new IllegalArgumentException(message + ": " + value);
        }
    }

    /**
     * What a service runs with: segments of 2 GiB, 4 MiB at first, up to 64 MiB ahead, a reserve of two full rings, 10 ms.
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
        return new JournalConfig(syncPolicy, bytes, initialFillBytes, leadBytes, reserveBytes, syncIntervalNanos);
    }
}
