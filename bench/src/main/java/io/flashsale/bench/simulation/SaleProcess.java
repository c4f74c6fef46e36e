package io.flashsale.bench.simulation;

import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.Evidence;
import io.flashsale.journal.JournalException;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.Recovered;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.projector.JournalDurability;
import io.flashsale.projector.JournalRetention;
import io.flashsale.projector.ProjectionMark;
import io.flashsale.projector.ReplayStart;
import io.flashsale.server.pipeline.PipelineConfig;
import io.flashsale.server.pipeline.SaleClock;
import io.flashsale.server.pipeline.StepPipeline;
import io.flashsale.server.recovery.EngineRecovery;
import io.flashsale.server.recovery.Replica;
import io.flashsale.transport.SaleBoard;
import io.flashsale.transport.SaleStatus;
import java.io.IOException;
import java.util.List;

/**
 * One process of the service, from recovery to its end, as the service's start puts it together. Nothing in it survives it
 * but through the disk and the database. For one thread.
 */
final class SaleProcess {
    private static final int RING_SIZE = 64;
    private static final int IDLE_TICK_MILLIS = 1_000;
    private static final int KEEPER_STEPS = 8;

    private final World world;
    private final SegmentStorage storage;
    private final SaleBoard board = new SaleBoard();
    private final SaleStatus status = new SaleStatus();
    private SaleEngine engine;
    private JournalWriter journal;
    private StepPipeline pipeline;
    private ProjectorSteps projector;
    private SnapshotSteps snapshotter;
    private JournalRetention retention;
    private long segment;
    private boolean failed;

    private SaleProcess(final World world) {
        this.world = world;
        storage = world.disk.segments();
    }

    /**
     * Starts.
     *
     * @param rules that are configured.
     * @throws JournalException if the disk is full, or fails.
     */
    static SaleProcess start(final World world, final SaleRules rules) throws IOException {
        final SaleProcess process = new SaleProcess(world);
        process.open(process.recover(), rules);
        return process;
    }

    private Recovered recover() throws IOException {
        final List<Evidence> marks = ProjectionMark.evidence(world.disk.files(), World.MARK, storage);
        final EngineRecovery recovery = EngineRecovery.run(storage, world.snapshots, marks);
        final Recovered recovered = recovery.journal();
        engine = recovery.engine();
        Violation.check(
                recovery.start().rejected().isEmpty(),
                "rejected: " + recovery.start().rejected());
        Violation.same(recovered.lastSequence(), engine.lastSequence(), "sequence of the recovered engine");
        checkPromises(recovered.lastSequence());
        replayEverything(marks, recovered.lastSequence());
        final Trace trace = world.trace;
        if (recovered.journalId() != 0) {
            trace.add(Event.RECOVERY, recovered.lastSequence(), engine.stateHash());
        }
        if (recovery.start().snapshot() != null) {
            trace.add(Event.RECOVERY_FROM_SNAPSHOT, recovery.start().fromSequence(), 0);
        }
        if (recovered.cutReport() != null) {
            trace.add(Event.CUT, recovered.lastSequence(), 0);
        }
        if (!recovered.unfinished().isEmpty()) {
            trace.add(Event.UNFINISHED, recovered.unfinished().size(), 0);
        }
        return recovered;
    }

    private void checkPromises(final long last) {
        Violation.check(
                last >= world.promised(), "the journal ends with " + last + ", promised was " + world.promised());
        if (!world.powerLost) {
            Violation.check(
                    last >= world.ledger.last(),
                    "the journal ends with " + last + " after a mere kill, decided was " + world.ledger.last());
        } else if (last < world.ledger.last()) {
            world.trace.add(Event.LOST, last, world.ledger.last());
            world.ledger.truncate(last);
        }
        world.powerLost = false;
    }

    /** Everything that the journal still holds: each command and each outcome is what it was, the state at the end too. */
    private void replayEverything(final List<Evidence> marks, final long last) throws IOException {
        final ReplayStart start = ReplayStart.oldest(storage, world.snapshots);
        final Replica replica = new Replica(
                start.engine(),
                (buffer, offset, decision) -> world.ledger.replayed(
                        decision.sequence(),
                        Ledger.entry(
                                buffer,
                                offset,
                                timestampMillis,
                                decision.outcome(),
                                decision.codeHigh(),
                                decision.codeLow(),
                                decision.expiresAtMillis())));
        JournalRecovery.recover(storage, start.fromSequence(), marks, (first, count, millis, buffer, offset) -> {
            timestampMillis = millis;
            replica.onBatch(first, count, millis, buffer, offset);
        });
        Violation.same(last, replica.engine().lastSequence(), "sequence of the replay");
        Violation.same(engine.stateHash(), replica.engine().stateHash(), "state of the replay");
    }

    private long timestampMillis;

    private void open(final Recovered recovered, final SaleRules rules) {
        final SaleClock clock =
                new SaleClock(world.time::wallNanos, world.time::monotonicNanos, recovered.lastTimestampMillis());
        journal = JournalWriter.open(
                storage,
                world.plan.journal(),
                recovered,
                clock.estimate(),
                () -> world.random.nextLong() | 1,
                failure -> failed = true);
        journal.keeper().clock(world.time::monotonicNanos);
        segment = journal.segment();
        Violation.same(recovered.lastSequence(), journal.durableSequence(), "durable sequence after a start");
        observe();
        world.auditor.compareState("the recovered engine", engine.lastSequence(), engine.stateHash());
        world.auditor.compare(world.database);
        final PipelineConfig.Layout layout =
                world.random.nextBoolean() ? PipelineConfig.Layout.FUSED : PipelineConfig.Layout.PIPELINED;
        pipeline = new StepPipeline(
                new PipelineConfig(
                        RING_SIZE,
                        layout,
                        PipelineConfig.Wait.BLOCKING,
                        IDLE_TICK_MILLIS,
                        world.random.between(100, 20_000)),
                world.plan.policy(),
                engine,
                journal,
                clock,
                board);
        pipeline.answers(world.clients);
        pipeline.listener((sequence, millis, buffer, offset, outcome, codeHigh, codeLow, expiresAt) -> {
            world.ledger.decided(sequence, Ledger.entry(buffer, offset, millis, outcome, codeHigh, codeLow, expiresAt));
            world.trace.outcome(sequence, outcome);
        });
        configure(rules);
        pipeline.tick();
        for (int i = 0; i < KEEPER_STEPS && !journal.hasRoom(); i++) {
            journal.keeper().doWork();
        }
        drain();
        final JournalDurability durability = JournalDurability.of(journal);
        projector = new ProjectorSteps(world, durability);
        snapshotter = new SnapshotSteps(world, durability);
        retention = new JournalRetention(
                storage,
                world.snapshots,
                world.plan.retain(),
                () -> world.projectedThrough(journal.journalId()),
                clock::estimate);
        world.trace.add(Event.START, journal.segment(), journal.durableSequence());
    }

    /** The configured rules, if they differ from those of the next sale, as the service's start compares them. */
    private void configure(final SaleRules wanted) {
        final SaleRules journaled = engine.pendingRules();
        if (journaled == null || !wanted.withHashSeed(journaled.hashSeed()).equals(journaled)) {
            world.trace.add(Event.CONFIGURATION, wanted.items(), wanted.saleMillis());
            pipeline.configure(wanted);
        }
    }

    /** What may be believed from now on. */
    private void observe() {
        world.durable = Math.max(world.durable, journal.durableSequence());
        world.auditor.advance(Math.min(world.durable, world.ledger.last()));
        if (journal.segment() != segment) {
            world.trace.add(Event.ROTATION, journal.segment(), journal.durableSequence());
            segment = journal.segment();
        }
    }

    /** One stage of one batch; false if there was nothing to do. */
    boolean stepPipeline(final int worker, final int maxBatch) {
        final boolean worked = pipeline.step(worker % pipeline.workers(), maxBatch);
        observe();
        board.read(status);
        Violation.same(status.items(), status.available() + status.held() + status.sold(), "items shown");
        return worked;
    }

    /** Everything that is in the ring, to its answers. */
    void drain() {
        boolean worked = true;
        while (worked) {
            worked = false;
            for (int worker = 0; worker < pipeline.workers(); worker++) {
                worked |= stepPipeline(worker, RING_SIZE);
            }
        }
        Violation.same(journal.appendedSequence(), world.ledger.last(), "sequence decided when the ring is empty");
        Violation.same(world.ledger.last(), engine.lastSequence(), "sequence of the live engine");
        world.auditor.compareState("the live engine", engine.lastSequence(), engine.stateHash());
    }

    void stepTicker() {
        pipeline.runTicker();
    }

    void stepKeeper() {
        journal.keeper().doWork();
        observe();
    }

    void stepProjector() {
        if (journal.hasRoom()) {
            projector.step();
            observe();
            projector.check(journal.durableSequence());
        }
    }

    void stepSnapshots() throws IOException {
        if (journal.hasRoom()) {
            snapshotter.step();
            observe();
        }
    }

    /** Old segments go. Not while a batch is at hand: the ledger has yet to see it. */
    void retain() throws IOException {
        if (journal.appendedSequence() == world.ledger.last()) {
            final int deleted = retention.run();
            for (int i = 0; i < deleted; i++) {
                world.trace.add(Event.RETENTION, journal.segment(), i);
            }
        }
    }

    void request() {
        if (journal.hasRoom()) {
            world.clients.act(pipeline.commands(), engine.items());
        } else {
            world.trace.add(Event.NO_ROOM, journal.segment(), 0);
            stepKeeper();
        }
    }

    /** In order: every command in the ring is answered, the journal ends cleanly, a last snapshot is tried. */
    void stop() throws IOException {
        drain();
        Violation.check(!world.clients.isWaiting(), "a request was never answered");
        journal.close();
        observe();
        snapshotter.finish();
        projector.step();
        projector.close();
        world.trace.add(Event.STOP, journal.appendedSequence(), engine.stateHash());
    }

    /** Whether the journal has failed, and the process halts. */
    boolean hasFailed() {
        return failed;
    }

    StepPipeline pipeline() {
        return pipeline;
    }

    SaleStatus status() {
        board.read(status);
        return status;
    }

    long lastSequence() {
        return journal.appendedSequence();
    }

    boolean hasRoom() {
        return journal.hasRoom();
    }
}
