/**
 * The whole service on one thread, from one seed: the real engine, journal, recovery, pipeline stages, snapshots and projector
 * over simulated storage, clocks, database and clients, with faults at any step.
 *
 * <p><b>Purpose.</b> {@link io.flashsale.bench.simulation.Simulation} runs one seed and throws a
 * {@link io.flashsale.bench.simulation.Violation} if a promise was broken; the same seed gives the same run, event by event.
 * {@code docs/reliability.md} says what is real, what is simulated, and what is checked.
 *
 * <p><b>Dependencies.</b> All modules; the simulated segments and the naive model are shared with the tests of journal and
 * engine. No wall clock, no randomness of its own, no thread: a build check keeps them out.
 *
 * <p><b>Threading.</b> A simulation belongs to one thread; any number may run side by side.
 */
package io.flashsale.bench.simulation;
