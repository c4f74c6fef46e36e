/**
 * What the machine does by itself: how long its CPUs stand still, and how long its disk takes. No service is faster than that.
 *
 * <p><b>Dependencies.</b> HdrHistogram. <b>Threading.</b> A measurement is its caller's, and starts and ends its own threads.
 */
package io.flashsale.bench.machine;
