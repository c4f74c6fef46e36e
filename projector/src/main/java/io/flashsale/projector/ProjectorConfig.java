package io.flashsale.projector;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * How a projector works. Immutable.
 *
 * @param database      to write.
 * @param mark          file of the {@link ProjectionMark}.
 * @param attemptsKept  of sales that open from now on.
 * @param batchCommands most commands of one transaction, about.
 * @param batchTime     a transaction takes in no more commands when its first is this old.
 * @param linger        a transaction waits this long for more commands when there are none.
 * @param idlePoll      pause between two looks at a journal with nothing new.
 * @param firstBackoff  pause after the first failure; it doubles with each.
 * @param longestBackoff it doubles up to this.
 * @param silence       longest time without an answer of PostgreSQL within a call; then the connection is given up.
 * @param snapshots     that the replica may begin from, or null to replay from the journal's first command.
 * @param retain        sales that closed longer ago are dropped; null to keep every one.
 * @param hasRoom       says whether the disk has space to spare; nothing is written without.
 * @param journaled     the last sequence in the journal of a sale that the projector yields the CPUs to; none
 *                      is yielded to where it never changes.
 */
public record ProjectorConfig(
        DatabaseConfig database,
        Path mark,
        AttemptsKept attemptsKept,
        int batchCommands,
        Duration batchTime,
        Duration linger,
        Duration idlePoll,
        Duration firstBackoff,
        Duration longestBackoff,
        Duration silence,
        SnapshotStore snapshots,
        Duration retain,
        BooleanSupplier hasRoom,
        LongSupplier journaled) {

    /** Validates. */
    public ProjectorConfig {
        Objects.requireNonNull(database, "database");
        Objects.requireNonNull(mark, "mark");
        Objects.requireNonNull(attemptsKept, "attemptsKept");
        if (batchCommands < 1) {
            throw new IllegalArgumentException("batchCommands must be positive: " + batchCommands);
        }
    }

    /**
     * What a service runs with: 50,000 commands or 100 ms a transaction, 5 ms for more to come, a look each 2 ms, backoff
     * from 100 ms to 5 s, a minute of silence.
     *
     * @param database     to write.
     * @param mark         file of the {@link ProjectionMark}.
     * @param attemptsKept of sales that open from now on.
     * @return a new configuration.
     */
    public static ProjectorConfig of(final DatabaseConfig database, final Path mark, final AttemptsKept attemptsKept) {
        return new ProjectorConfig(
                database,
                mark,
                attemptsKept,
                50_000,
                Duration.ofMillis(100),
                Duration.ofMillis(5),
                Duration.ofMillis(2),
                Duration.ofMillis(100),
                Duration.ofSeconds(5),
                Duration.ofSeconds(DatabaseConfig.SOCKET_SECONDS),
                null,
                null,
                () -> true,
                () -> 0);
    }

    /**
     * The same with another batch size.
     *
     * @param commands most commands of one transaction, about.
     * @return a new configuration.
     */
    public ProjectorConfig withBatchCommands(final int commands) {
        return with(commands, silence, snapshots, retain, hasRoom, journaled);
    }

    /**
     * The same with snapshots.
     *
     * @param store that the replica may begin from.
     * @return a new configuration.
     */
    public ProjectorConfig withSnapshots(final SnapshotStore store) {
        return with(batchCommands, silence, store, retain, hasRoom, journaled);
    }

    /**
     * The same with an end to what is kept.
     *
     * @param age sales that closed longer ago are dropped; null to keep every one.
     * @return a new configuration.
     */
    public ProjectorConfig withRetention(final Duration age) {
        return with(batchCommands, silence, snapshots, age, hasRoom, journaled);
    }

    /**
     * The same with a limit to the disk's use.
     *
     * @param room says whether the disk has space to spare; asked often, by the projector's thread.
     * @return a new configuration.
     */
    public ProjectorConfig withRoom(final BooleanSupplier room) {
        return with(batchCommands, silence, snapshots, retain, room, journaled);
    }

    /**
     * The same beside a sale on the same few CPUs: while commands come fast, rows may lag.
     *
     * @param lastSequence in the journal; asked by the projector's thread.
     * @return a new configuration.
     */
    public ProjectorConfig yieldingTo(final LongSupplier lastSequence) {
        return with(batchCommands, silence, snapshots, retain, hasRoom, lastSequence);
    }

    /**
     * The same with another patience.
     *
     * @param longest time without an answer of PostgreSQL within a call.
     * @return a new configuration.
     */
    ProjectorConfig withSilence(final Duration longest) {
        return with(batchCommands, longest, snapshots, retain, hasRoom, journaled);
    }

    private ProjectorConfig with(
            final int commands,
            final Duration longestSilence,
            final SnapshotStore store,
            final Duration age,
            final BooleanSupplier room,
            final LongSupplier sale) {
        return new ProjectorConfig(
                database,
                mark,
                attemptsKept,
                commands,
                batchTime,
                linger,
                idlePoll,
                firstBackoff,
                longestBackoff,
                longestSilence,
                store,
                age,
                room,
                sale);
    }
}
