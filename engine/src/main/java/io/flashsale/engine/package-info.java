/**
 * The deterministic sale: commands in, outcomes out.
 *
 * <p><b>Purpose.</b> {@link io.flashsale.engine.SaleEngine} owns the whole inventory of the open sale and of the
 * closing one, and decides every command in the order in which it is given.
 *
 * <p><b>Dependencies.</b> The JDK and Agrona's buffers. The package knows nothing of rings, queues, sockets or SQL.
 * It reads no clock, draws no random number and uses no floating point: time, identity and configuration arrive as
 * commands, so that the same commands give the same outcomes, on every machine, for ever.
 *
 * <p><b>Threading.</b> Nothing here is thread-safe. One thread owns an engine; another engine may run beside it.
 */
package io.flashsale.engine;
