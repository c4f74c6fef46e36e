/**
 * JMH benchmarks of single parts, each beside its baseline in the same class, so that their ratio is of one run:
 * {@code ./flash-sale bench jmh}, or {@code java -jar bench/target/benchmarks.jar}.
 *
 * <p><b>Dependencies.</b> The parts. <b>Threading.</b> JMH's.
 */
package io.flashsale.bench.micro;
