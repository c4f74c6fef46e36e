package io.flashsale.bench.simulation;

import io.flashsale.journal.JournalCorruptException;
import io.flashsale.journal.JournalException;
import io.flashsale.journal.JournalReader;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.projector.DatabaseConfig;
import io.flashsale.projector.JournalDurability;
import io.flashsale.projector.Pacer;
import io.flashsale.projector.ProjectionMark;
import io.flashsale.projector.ProjectionPorts;
import io.flashsale.projector.ProjectionWorker;
import io.flashsale.projector.ProjectorConfig;
import java.io.IOException;
import java.sql.SQLException;

/** The projector's steps as its thread takes them. For one thread. */
final class ProjectorSteps {
    private static final DatabaseConfig NOWHERE = new DatabaseConfig("simulated", 1, "", "", "simulated", "disable");
    private static final String PERMANENT = "23";

    private final World world;
    private final ProjectionWorker worker;

    ProjectorSteps(final World world, final JournalDurability durability) {
        this.world = world;
        worker = new ProjectionWorker(
                ProjectorConfig.of(NOWHERE, World.MARK, world.plan.attemptsKept())
                        .withBatchCommands(world.plan.batchCommands())
                        .withSnapshots(world.snapshots),
                new ProjectionPorts(
                        world.disk.segments(),
                        world.plan.outside() ? new ProvenByJournal(world) : durability,
                        world.database::connect,
                        world.disk.files(),
                        new SimulatedPacer(world.time)),
                () -> false);
    }

    /** What a projector in a process of its own reads: only what is proven durable, so that nothing is left to do. */
    private record ProvenByJournal(World world) implements JournalDurability {
        @Override
        public void makeDurable(final long sequence) {
            // It was proven before it was delivered.
        }

        @Override
        public JournalReader reader(final SegmentStorage storage, final long fromSequence) {
            try {
                return JournalReader.ofDurable(
                        storage, fromSequence, ProjectionMark.evidence(world.disk.files(), World.MARK, storage));
            } catch (final IOException e) {
                throw new Violation("the mark cannot be read", e);
            }
        }
    }

    /** Waits by letting its own time pass. */
    private static final class SimulatedPacer implements Pacer {
        private final SimulatedTime time;
        private long waited;

        SimulatedPacer(final SimulatedTime time) {
            this.time = time;
        }

        @Override
        public long nanoTime() {
            return time.monotonicNanos() + waited;
        }

        @Override
        public void pause(final long nanos) {
            waited += nanos;
        }
    }

    /** One look at the journal, or one transaction. What passes is tried again with a later step. */
    void step() {
        try {
            if (!worker.connect()) {
                return;
            }
            if (worker.isLarge() || (worker.collect() == 0 && worker.hasBatch())) {
                worker.write();
            }
            world.auditor.compareState("the projector's replica", worker.lastReadSequence(), worker.stateHash());
        } catch (final JournalCorruptException e) {
            throw new Violation("the projector refuses the journal", e);
        } catch (final JournalException e) {
            worker.forget();
        } catch (final SQLException e) {
            Violation.check(!String.valueOf(e.getSQLState()).startsWith(PERMANENT), "the database refuses: " + e);
            worker.disconnect();
        }
    }

    /** Rows never outrun the journal. */
    void check(final long durable) {
        Violation.check(
                world.database.progress() <= durable,
                "the database has " + world.database.progress() + ", durable is " + durable);
    }

    void close() {
        worker.close();
    }
}
