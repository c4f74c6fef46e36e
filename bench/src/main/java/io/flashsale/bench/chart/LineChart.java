package io.flashsale.bench.chart;

import java.awt.BasicStroke;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines over a common x axis. Built by one thread. */
public final class LineChart {
    private static final float LINE = 1.8f;

    private final XYChart chart;
    private double least = Double.MAX_VALUE;
    private boolean logarithmic;

    /**
     * An empty chart.
     *
     * @param title  above it; may be empty.
     * @param xLabel what the x axis shows, with its unit.
     * @param yLabel what the y axis shows, with its unit.
     * @param width  pixels.
     * @param height pixels.
     */
    public LineChart(final String title, final String xLabel, final String yLabel, final int width, final int height) {
        SvgText.forbidScreen();
        chart = new XYChartBuilder()
                .title(title)
                .xAxisTitle(xLabel)
                .yAxisTitle(yLabel)
                .width(width)
                .height(height)
                .build();
        ChartStyle.apply(chart.getStyler());
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeriesRenderStyle.Line);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setYAxisDecimalPattern("#,##0.##");
        chart.getStyler().setXAxisDecimalPattern("#,##0.##");
    }

    /**
     * Adds a line. A y that is not a number leaves a gap.
     *
     * @param name in the legend; each only once.
     * @param x    ascending.
     * @param y    as many.
     * @return this.
     * @throws IllegalArgumentException if the name is taken or the lengths differ or are zero.
     */
    public LineChart add(final String name, final double[] x, final double[] y) {
        final XYSeries series = chart.addSeries(name, x, y);
        series.setMarker(x.length == 1 ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        series.setLineStyle(new BasicStroke(LINE, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        for (final double value : y) {
            least = value > 0 ? Math.min(least, value) : least;
        }
        return this;
    }

    /**
     * Makes the y axis logarithmic; every value must be above zero.
     *
     * @return this.
     */
    public LineChart logarithmic() {
        logarithmic = true;
        return this;
    }

    /**
     * Draws.
     *
     * @return one {@code <svg>} element.
     */
    public String toSvg() {
        if (logarithmic && least < Double.MAX_VALUE) {
            chart.getStyler().setYAxisLogarithmic(true);
            chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(least))));
        }
        return SvgText.of(
                chart,
                chart.getTitle() + ": " + String.join(", ", chart.getSeriesMap().keySet()));
    }
}
