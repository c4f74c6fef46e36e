/**
 * HTTP in, commands out; outcomes in, HTTP out.
 *
 * <p><b>Purpose.</b> {@link io.flashsale.transport.HttpServer} parses and checks the syntax of requests, hands commands
 * to a {@link io.flashsale.transport.CommandSink}, takes outcomes through an {@link io.flashsale.transport.AnswerSink}
 * and answers every connection in the order in which it asked. It decides nothing about the sale. What
 * the sale is like, it reads from a {@link io.flashsale.transport.SaleBoard} and its
 * {@link io.flashsale.transport.ItemBoard}, which the engine's thread writes without waiting for readers. An answer has
 * two forms, plain text and JSON; {@code openapi.json} in the resources describes them all.
 *
 * <p><b>Dependencies.</b> The engine's outcomes, codes and item names, and Netty. The package knows nothing of rings, journals or SQL.
 *
 * <p><b>Threading.</b> Each connection belongs to one event loop for its life, and everything of it is touched by that
 * thread only. Between the pipeline and an event loop stands one single-producer, single-consumer queue of answers.
 *
 * <pre>
 *            event loop                                               response thread
 *  bytes -> decoder -> Connection -> CommandSink -> (pipeline) -> AnswerSink.answer -> AnswerQueue of the loop
 *                          ^                                      AnswerSink.flush  -> one wake-up of the loop
 *                          '---- Lane.drain: routes to the connection, in order, one flush each
 * </pre>
 */
package io.flashsale.transport;
