/**
 * Keeps PostgreSQL equal to the journal.
 *
 * <p><b>Purpose.</b> {@link io.flashsale.projector.Projector} tails the journal, replays every command through an engine
 * of its own and writes what changed as rows, together with the progress that they stand for, in one transaction.
 * {@link io.flashsale.projector.ProjectionVerifier} proves the result. The sale waits for neither: PostgreSQL may fall
 * behind or fall over.
 *
 * <p><b>Dependencies.</b> engine, journal, schema; pgjdbc, Flyway, and pgbulkinsert's binary writer.
 *
 * <p><b>Threading.</b> One thread of the projector's own does all the work. What others may call says so.
 */
package io.flashsale.projector;
