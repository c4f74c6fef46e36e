package io.flashsale.bench.simulation;

import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.JournalCorruptException;
import io.flashsale.journal.JournalException;
import io.flashsale.journal.SimulatedSegmentStorage;
import java.io.IOException;

/** One run from one seed: steps with faults, then a time without, in which the sale must sell out exactly. For one thread. */
public final class Simulation {
    private static final int NEVER = Integer.MAX_VALUE;
    private static final int HOUR_MILLIS = 3_600_000;
    private static final int SETTLE_STEPS = 20_000;

    private final World world;
    private final SimulationRandom random;
    private final SimulationPlan plan;
    private final Trace trace;
    private SaleRules rules;
    private SaleProcess process;
    private int fullUntil = NEVER;
    private int failingUntil = NEVER;
    private int awayUntil = NEVER;

    private Simulation(final long seed, final Trace trace) {
        this.trace = trace;
        world = new World(seed, trace);
        random = world.random;
        plan = world.plan;
        rules = SimulationPlan.rules(random);
    }

    /**
     * Runs.
     *
     * @param seed  of everything.
     * @param trace filled with what happens.
     * @throws Violation if a promise was broken.
     */
    public static void run(final long seed, final Trace trace) {
        final Simulation simulation = new Simulation(seed, trace);
        try {
            simulation.run();
        } catch (final IOException | RuntimeException e) {
            throw e instanceof Violation violation ? violation : new Violation("unexpected", e);
        }
    }

    private void run() throws IOException {
        int step = 0;
        for (; step < plan.steps(); step++) {
            trace.step(step);
            trace.add(Event.STEP, 0, 0);
            time();
            faults(step);
            attempt(process == null ? this::start : this::act);
        }
        trace.step(step);
        settle();
    }

    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    /** Runs what may end the process, and takes note if it does. */
    private void attempt(final Action action) throws IOException {
        try {
            action.run();
            if (process != null && process.hasFailed()) {
                halt(null);
            }
        } catch (final SimulatedSegmentStorage.Crash e) {
            trace.add(Event.CRASH, 0, 0);
            die();
        } catch (final JournalCorruptException e) {
            throw new Violation("refused", e);
        } catch (final JournalException e) {
            halt(e);
        }
    }

    /** A process that cannot trust its disk any more has stopped itself, or did not start. */
    private void halt(final JournalException failure) {
        final boolean started = process != null;
        final boolean allowed = world.disk.isFailing() || (!started && world.disk.isFull());
        if (!allowed) {
            throw failure == null ? new Violation("halted") : new Violation("halted", failure);
        }
        trace.add(started ? Event.HALT : Event.START_REFUSED, 0, 0);
        die();
    }

    private void die() {
        world.disk.crashAfter(NEVER);
        world.database.rollBack();
        world.clients.disconnected();
        process = null;
        if (random.chance(plan.powerLosses())) {
            losePower();
        }
        if (random.chance(200)) {
            rules = SimulationPlan.rules(random);
        }
    }

    private void losePower() {
        trace.add(Event.POWER_LOSS, 0, 0);
        world.disk.losePower();
        world.powerLost = true;
    }

    private void time() {
        world.time.advance(random.below(plan.stepMillis() + 1) * SimulatedTime.NANOS_PER_MILLI + random.below(1_000));
        if (random.chance(plan.pauses())) {
            world.time.advance(random.below(2 * HOUR_MILLIS) * SimulatedTime.NANOS_PER_MILLI);
        }
        if (random.chance(plan.clockSteps())) {
            final int millis = random.between(-HOUR_MILLIS, HOUR_MILLIS);
            world.time.step(millis);
            trace.add(millis > 0 ? Event.CLOCK_FORWARD : Event.CLOCK_BACK, millis, 0);
        }
    }

    private void faults(final int step) throws IOException {
        if (random.chance(plan.diskFaults())) {
            beginDiskFault(step);
        }
        if (random.chance(plan.databaseFaults())) {
            beginDatabaseFault(step);
        }
        if (step >= fullUntil) {
            fullUntil = NEVER;
            world.disk.full(false);
        }
        if (step >= failingUntil) {
            failingUntil = NEVER;
            world.disk.failing(false);
        }
        if (step >= awayUntil) {
            awayUntil = NEVER;
            world.database.away(false);
        }
        if (process == null) {
            if (random.chance(plan.powerLosses() / 20)) {
                losePower();
            }
        } else if (random.chance(plan.crashes())) {
            if (random.nextBoolean()) {
                trace.add(Event.KILL, 0, 0);
                die();
            } else {
                world.disk.crashAfter(random.below(random.nextBoolean() ? 6 : 60));
            }
        } else if (random.chance(plan.stops())) {
            attempt(this::stop);
        }
    }

    private void beginDiskFault(final int step) {
        switch (random.below(3)) {
            case 0 -> {
                trace.add(Event.FULL_DISK, 0, 0);
                world.disk.full(true);
                fullUntil = step + random.between(1, 80);
            }
            case 1 -> {
                trace.add(Event.SYNC_FAILURE, 0, 0);
                world.disk.failing(true);
                failingUntil = step + random.between(1, 30);
            }
            default -> {
                world.disk.slow(!world.disk.isSlow());
                trace.add(Event.SLOW_DISK, world.disk.isSlow() ? 1 : 0, 0);
            }
        }
    }

    private void beginDatabaseFault(final int step) {
        if (random.nextBoolean()) {
            trace.add(Event.DATABASE_AWAY, 0, 0);
            world.database.away(true);
            awayUntil = step + random.between(1, 120);
        } else {
            world.database.loseConnectionAfter(random.below(16));
        }
    }

    private void stop() throws IOException {
        process.stop();
        process = null;
        world.clients.disconnected();
        if (random.chance(600)) {
            rules = SimulationPlan.rules(random);
        }
    }

    /** A supervisor starts it again, not always at once. Now and then it dies while it starts. */
    private void start() throws IOException {
        if (!random.chance(world.disk.isFailing() || world.disk.isFull() ? 100 : 400)) {
            return;
        }
        if (random.chance(plan.crashes() * 10)) {
            world.disk.crashAfter(random.below(25));
        }
        process = SaleProcess.start(world, rules);
        world.disk.crashAfter(NEVER);
    }

    private void act() throws IOException {
        final int choice = random.below(100);
        if (choice < 40) {
            for (int i = random.between(1, 4); i > 0; i--) {
                process.request();
            }
        } else if (choice < 76) {
            process.stepPipeline(random.below(2), random.nextBoolean() ? 64 : random.between(1, 8));
        } else if (choice < 80) {
            process.stepTicker();
        } else if (choice < 85) {
            process.stepKeeper();
        } else if (choice < 94) {
            process.stepProjector();
        } else if (choice < 98) {
            process.stepSnapshots();
        } else {
            process.retain();
        }
    }

    /** The faults stop. What is left must work, and sell exactly what there is. */
    private void settle() throws IOException {
        world.disk.crashAfter(NEVER);
        world.disk.full(false);
        world.disk.failing(false);
        world.disk.slow(false);
        world.database.away(false);
        world.database.loseConnectionAfter(NEVER);
        if (process == null) {
            process = SaleProcess.start(world, rules);
        }
        process.drain();
        openFreshSale();
        sellOut();
        catchUp();
        process.stop();
        process = SaleProcess.start(world, rules);
        process.stop();
        Violation.same(0, trace.count(Outcome.DIVERGED), "diverged checkpoints");
    }

    private void openFreshSale() {
        final long before = process.status().saleId();
        for (int i = 0; process.status().saleId() == before; i++) {
            Violation.check(i < SETTLE_STEPS, "no sale opens after sale " + before);
            final long left =
                    process.status().closesAtMillis() - process.status().nowMillis();
            world.time.advance(Math.max(1, left) * SimulatedTime.NANOS_PER_MILLI);
            process.stepTicker();
            process.stepKeeper();
            process.drain();
        }
        for (int i = 0; !process.hasRoom(); i++) {
            Violation.check(i < SETTLE_STEPS, "the journal makes no room");
            world.time.advance(SimulatedTime.NANOS_PER_MILLI);
            process.stepKeeper();
        }
    }

    private void sellOut() {
        final int items = process.status().items();
        for (int item = 0; item < items; item++) {
            final long user = 1_000L + item;
            Violation.check(world.clients.checkout(process.pipeline().commands(), user, item), "no room");
            process.drain();
            Violation.check(
                    world.clients.lastOutcome() == Outcome.RESERVED,
                    "item " + item + " is " + world.clients.lastOutcome());
            Violation.check(world.clients.purchase(process.pipeline().commands()), "no room");
            process.stepKeeper();
            process.drain();
            Violation.check(
                    world.clients.lastOutcome() == Outcome.PURCHASED,
                    "purchase of item " + item + " is " + world.clients.lastOutcome());
        }
        Violation.same(items, process.status().sold(), "items sold");
        Violation.check(world.clients.checkout(process.pipeline().commands(), 1, 0), "no room");
        process.drain();
        Violation.check(world.clients.lastOutcome() == Outcome.SOLD_OUT, "one more: " + world.clients.lastOutcome());
    }

    /** A projector outside waits for the records that prove the one before: a quiet service ticks. */
    private void catchUp() {
        final long last = process.lastSequence();
        for (int i = 0; world.database.progress() < last; i++) {
            Violation.check(i < SETTLE_STEPS, "the projector does not catch up");
            process.stepProjector();
            if (plan.outside()) {
                world.time.advance(20 * SimulatedTime.NANOS_PER_MILLI);
                process.stepTicker();
                process.stepKeeper();
                process.drain();
            }
        }
        world.auditor.compare(world.database);
    }
}
