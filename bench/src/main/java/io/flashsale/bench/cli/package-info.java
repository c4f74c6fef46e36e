/**
 * What the benchmarks' commands share.
 *
 * <p><b>Threading.</b> No state: any thread.
 */
package io.flashsale.bench.cli;
