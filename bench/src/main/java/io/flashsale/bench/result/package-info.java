/**
 * What benchmarks have in common: the machine that they ran on, their rounds as JSON, and charts of those.
 *
 * <p><b>Dependencies.</b> JDK, picocli, the charts. <b>Threading.</b> One thread.
 */
package io.flashsale.bench.result;
