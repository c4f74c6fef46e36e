/**
 * Drills: the real service as a real process, under load, killed and started again, and checked against what clients saw.
 *
 * <p><b>Dependencies.</b> The load generator, and the server's class path to start processes with.
 * <b>Threading.</b> A drill runs on the caller's thread; load runs on threads of its own.
 */
package io.flashsale.bench.drill;
