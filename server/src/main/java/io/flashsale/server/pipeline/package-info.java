/**
 * The way of a command from ring to answer.
 *
 * <pre>
 *  event loops ──► CommandRing ──► JournalStage ──► EngineStage ──► SyncStage ──► AnswerStage ──► event loops
 *     ticker ──►                   stamps, appends   decides         makes durable  one wake-up a batch
 *
 *  fused:      one thread runs the four stages in this order, batch by batch
 *  pipelined:  JournalStage and SyncStage on one thread, EngineStage and AnswerStage on the next
 * </pre>
 *
 * <p>While a batch is being synced the next one fills: that is group commit, and why durability costs latency but hardly
 * any throughput. A stage sees whole batches and is driven by hand in tests; only {@link
 * io.flashsale.server.pipeline.Pipeline} knows the Disruptor's threads.
 *
 * <p><b>Fail stop.</b> Whatever escapes a stage reaches {@link io.flashsale.server.pipeline.FailStop}, which halts the
 * process: the Disruptor would otherwise go on behind the failed batch.
 *
 * <p><b>Dependencies.</b> Engine, journal, the transport's ports, Disruptor, Agrona.
 */
package io.flashsale.server.pipeline;
