package io.flashsale.bench.chart;

import java.util.List;
import java.util.Locale;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;

/** Bars, one group for each name. Built by one thread. */
public final class BarChart {
    private static final double FILL = 0.7;
    private static final int LONG_NAMES = 60;
    private static final int SLANT = 30;

    private final CategoryChart chart;
    private final List<String> names;

    /**
     * An empty chart.
     *
     * @param title  above it; may be empty.
     * @param yLabel what the bars' length is, with its unit.
     * @param names  of the groups, in order.
     * @param width  pixels.
     * @param height pixels.
     */
    public BarChart(
            final String title, final String yLabel, final List<String> names, final int width, final int height) {
        SvgText.forbidScreen();
        this.names = List.copyOf(names);
        chart = new CategoryChartBuilder()
                .title(title)
                .yAxisTitle(yLabel)
                .width(width)
                .height(height)
                .build();
        ChartStyle.apply(chart.getStyler());
        chart.getStyler().setAvailableSpaceFill(FILL);
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setYAxisDecimalPattern("#,##0.##");
        if (String.join("", names).length() > LONG_NAMES) {
            chart.getStyler().setXAxisLabelRotation(SLANT);
        }
    }

    /**
     * Adds a bar to each group.
     *
     * @param name   in the legend; each only once.
     * @param values one for each group.
     * @return this.
     * @throws IllegalArgumentException if the name is taken or the number of values differs.
     */
    public BarChart add(final String name, final List<Double> values) {
        if (values.size() != names.size()) {
            throw new IllegalArgumentException(values.size() + " values for " + names.size() + " groups");
        }
        chart.addSeries(name, names, values);
        chart.getStyler().setLegendVisible(chart.getSeriesMap().size() > 1);
        return this;
    }

    /**
     * Puts the bars of a group on top of each other.
     *
     * @return this.
     */
    public BarChart stacked() {
        chart.getStyler().setStacked(true);
        return this;
    }

    /**
     * Draws.
     *
     * @return one {@code <svg>} element.
     */
    public String toSvg() {
        return SvgText.of(
                chart,
                chart.getTitle() + ": " + String.join(", ", chart.getSeriesMap().keySet()));
    }
}
