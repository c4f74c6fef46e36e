package io.flashsale.projector;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * How snapshots are taken. Immutable.
 *
 * @param everyCommands  a snapshot is due this many commands after the last.
 * @param idlePoll       pause between two looks at a journal with nothing new.
 * @param retry          pause after a snapshot that could not be written.
 * @param tidyEvery      how often segments and snapshots that are not needed any more are looked for.
 * @param hasRoom        says whether the disk has space to spare; nothing is written without.
 */
public record SnapshotterConfig(
        long everyCommands, Duration idlePoll, Duration retry, Duration tidyEvery, BooleanSupplier hasRoom) {
    /** Validates. */
    public SnapshotterConfig {
        if (everyCommands < 1) {
            throw new IllegalArgumentException("everyCommands must be positive: " + everyCommands);
        }
    }

    /**
     * What a service runs with: every 5 million commands, a look each 50 ms, a retry after 10 s, tidying each minute.
     *
     * @param hasRoom says whether the disk has space to spare.
     * @return a new configuration.
     */
    public static SnapshotterConfig of(final BooleanSupplier hasRoom) {
        return new SnapshotterConfig(
                5_000_000, Duration.ofMillis(50), Duration.ofSeconds(10), Duration.ofMinutes(1), hasRoom);
    }

    /**
     * The same with another distance.
     *
     * @param commands from one snapshot to the next.
     * @return a new configuration.
     */
    public SnapshotterConfig withEveryCommands(final long commands) {
        return new SnapshotterConfig(commands, idlePoll, retry, tidyEvery, hasRoom);
    }
}
