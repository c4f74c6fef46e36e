/**
 * Charts as SVG text, for reports and for files beside benchmark results.
 *
 * <p><b>Purpose.</b> {@link io.flashsale.bench.chart.LineChart} draws values over a common x axis,
 * {@link io.flashsale.bench.chart.BarChart} draws values per name. The text is one {@code <svg>} element that can stand
 * in an HTML page or be a file of its own; it refers to nothing outside itself.
 *
 * <p><b>Dependencies.</b> XChart and VectorGraphics2D, which draw without a screen; Java needs fontconfig and one font
 * to measure texts.
 *
 * <p><b>Threading.</b> Builders are for one thread; there is no shared state.
 */
package io.flashsale.bench.chart;
