package io.flashsale.projector;

import io.flashsale.journal.SegmentStorage;

/**
 * What the projector works with. Immutable.
 *
 * @param storage    of the journal.
 * @param durability makes the journal durable, and reads what can be made durable.
 * @param connector  opens the database.
 * @param files      that hold the mark.
 * @param pacer      by which it paces itself.
 */
public record ProjectionPorts(
        SegmentStorage storage,
        JournalDurability durability,
        ProjectionSession.Connector connector,
        StateFiles files,
        Pacer pacer) {

    /** PostgreSQL, the disk and the system's clock. */
    static ProjectionPorts of(
            final ProjectorConfig config,
            final SegmentStorage storage,
            final JournalDurability durability,
            final ProjectorSteps steps) {
        return new ProjectionPorts(
                storage,
                durability,
                () -> PostgresSession.open(config.database(), steps),
                DiskFiles.INSTANCE,
                Pacer.SYSTEM);
    }
}
