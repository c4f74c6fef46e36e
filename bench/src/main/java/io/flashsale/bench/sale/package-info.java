/**
 * A whole sale over HTTP: how long until everything is sold, and until PostgreSQL has it.
 *
 * <p><b>Dependencies.</b> The service as a process, PostgreSQL. <b>Threading.</b> One thread.
 */
package io.flashsale.bench.sale;
