package io.flashsale.bench.simulation;

import io.flashsale.journal.JournalCorruptException;
import io.flashsale.journal.JournalException;
import io.flashsale.projector.JournalDurability;
import io.flashsale.projector.SnapshotWorker;
import java.io.IOException;

/** The snapshotter's steps as its thread takes them. For one thread. */
final class SnapshotSteps {
    private final World world;
    private final SnapshotWorker worker;

    SnapshotSteps(final World world, final JournalDurability durability) {
        this.world = world;
        worker = new SnapshotWorker(world.plan.snapshotEvery(), world.disk.segments(), world.snapshots, durability);
    }

    /** One look at the journal, and a snapshot if one is due. */
    void step() throws IOException {
        try {
            if (!worker.isOpen()) {
                worker.open();
            }
            worker.collect();
            world.auditor.compareState("the snapshots' replica", worker.appliedSequence(), worker.stateHash());
            write();
        } catch (final JournalCorruptException e) {
            throw new Violation("the snapshotter refuses the journal", e);
        } catch (final JournalException e) {
            worker.close();
        }
    }

    private void write() {
        if (!worker.isDue()) {
            return;
        }
        try {
            worker.write();
            world.trace.add(Event.SNAPSHOT, worker.snapshotSequence(), 0);
        } catch (final IOException e) {
            Violation.check(world.disk.isFull() || world.disk.isFailing(), "a snapshot failed on a good disk: " + e);
            world.trace.add(Event.SNAPSHOT_FAILED, worker.appliedSequence(), 0);
        }
    }

    /** A last snapshot, of all that the journal has. */
    void finish() throws IOException {
        if (!worker.isOpen()) {
            worker.open();
        }
        int idle = 0;
        while (idle < 3) {
            idle = worker.collect() == 0 ? idle + 1 : 0;
        }
        worker.keep();
        write();
        worker.close();
    }
}
