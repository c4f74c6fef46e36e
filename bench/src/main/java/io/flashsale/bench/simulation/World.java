package io.flashsale.bench.simulation;

import io.flashsale.projector.ProjectionMark;
import io.flashsale.projector.SnapshotStore;
import java.io.IOException;
import java.nio.file.Path;

/** What outlives a process: the machine, the database's machine, the clients, and what is known of the run. For one thread. */
final class World {
    static final Path MARK = Path.of("/data", "projection.mark");
    private static final Path SNAPSHOTS = Path.of("/data", "snapshots");

    final SimulationRandom random;
    final SimulationPlan plan;
    final Trace trace;
    final SimulatedTime time;
    final SimulatedDisk disk;
    final SimulatedDatabase database;
    final Ledger ledger = new Ledger();
    final Auditor auditor;
    final ClientCrowd clients;
    final SnapshotStore snapshots;
    /** The journal is known to be durable through it, whatever happens. */
    long durable;
    /** Whether power was lost since the last recovery. */
    boolean powerLost;

    World(final long seed, final Trace trace) {
        this.trace = trace;
        random = new SimulationRandom(seed);
        plan = SimulationPlan.of(random);
        time = new SimulatedTime(plan.startMillis());
        disk = new SimulatedDisk(time, random);
        database = new SimulatedDatabase(disk, random, trace);
        auditor = new Auditor(ledger, trace, plan.attemptsKept());
        clients = new ClientCrowd(random, ledger, trace, plan.users());
        snapshots = new SnapshotStore(disk.files(), SNAPSHOTS);
    }

    /** What the service has answered for: it must be there after any crash, as far as the policy says. */
    long promised() {
        return switch (plan.policy()) {
            case ALWAYS -> Math.max(durable, ledger.answeredThrough());
            case INTERVAL, NEVER -> durable;
        };
    }

    /** Through where retention may believe that rows are committed. */
    long projectedThrough(final long journalId) {
        try {
            return ProjectionMark.read(disk.files(), MARK)
                    .filter(mark -> mark.journalId() == journalId)
                    .map(ProjectionMark.Position::committed)
                    .orElse(0L);
        } catch (final IOException e) {
            throw new Violation("the mark cannot be read", e);
        }
    }
}
