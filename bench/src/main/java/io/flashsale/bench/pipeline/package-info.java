/**
 * The service without HTTP, in one process: ring, journal, engine and answers, beside the least that a durable log costs.
 *
 * <p><b>Dependencies.</b> The server's pipeline. <b>Threading.</b> One thread publishes, the pipeline has its own.
 */
package io.flashsale.bench.pipeline;
