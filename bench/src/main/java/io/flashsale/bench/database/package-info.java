/**
 * What the projection into PostgreSQL manages: rows a second beside a bare COPY of the same rows.
 *
 * <p><b>Dependencies.</b> Engine, journal, projector, the server's embedded PostgreSQL. <b>Threading.</b> One thread; the
 * projector has its own.
 */
package io.flashsale.bench.database;
