/**
 * Whatever measures or tortures the service: JMH benchmarks, the load generator, drills, side-by-side baselines.
 *
 * <p><b>Dependencies.</b> Every other module, HdrHistogram, XChart, JMH and picocli. Nothing depends on this one, and the
 * service runs without it.
 */
package io.flashsale.bench;
