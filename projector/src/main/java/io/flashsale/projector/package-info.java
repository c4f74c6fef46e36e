/**
 * What is derived from the journal: PostgreSQL's rows, and snapshots.
 *
 * <p><b>Purpose.</b> {@link io.flashsale.projector.Projector} tails the journal, replays every command through an engine
 * of its own and writes what changed as rows, together with the progress that they stand for, in one transaction.
 * {@link io.flashsale.projector.ProjectionVerifier} proves the result. The sale waits for neither: PostgreSQL may fall
 * behind or fall over.
 *
 * <p>{@link io.flashsale.projector.Snapshotter} follows the journal with a replica of its own and writes its state into
 * {@link io.flashsale.projector.SnapshotStore}; {@link io.flashsale.projector.JournalRetention} deletes what snapshots and
 * rows have replaced; {@link io.flashsale.projector.ReplayStart} is where anybody begins to replay.
 *
 * <p><b>Dependencies.</b> engine, journal, schema; pgjdbc, Flyway, and pgbulkinsert's binary writer.
 *
 * <p><b>Threading.</b> The projector and the snapshotter each have a thread that does all the work. What others may call says so.
 */
package io.flashsale.projector;
