/**
 * JMH benchmarks of single parts, each beside its baseline: {@code ./flash-sale bench}.
 *
 * <p><b>Dependencies.</b> The parts. <b>Threading.</b> JMH's.
 */
package io.flashsale.bench.micro;
