package io.flashsale.bench.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** One look for all charts: white, thin lines, colours that the colour-blind can tell apart. */
final class ChartStyle {
    /** Of Okabe and Ito, darkest first. */
    static final Color[] COLOURS = {
        new Color(0x0072B2),
        new Color(0xD55E00),
        new Color(0x009E73),
        new Color(0xCC79A7),
        new Color(0xE69F00),
        new Color(0x56B4E9),
        new Color(0x4D4D4D),
        new Color(0xB8A800)
    };

    private static final Color GRID = new Color(0xE3E6EA);
    private static final Color TEXT = new Color(0x33383D);
    private static final String FAMILY = Font.SANS_SERIF;

    private ChartStyle() {}

    static void apply(final AxesChartStyler style) {
        style.setChartBackgroundColor(Color.WHITE)
                .setChartFontColor(TEXT)
                .setPlotBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setLegendPosition(LegendPosition.OutsideS)
                .setLegendLayout(LegendLayout.Horizontal)
                .setLegendBorderColor(Color.WHITE)
                .setLegendFont(new Font(FAMILY, Font.PLAIN, 12))
                .setChartTitleBoxVisible(false)
                .setChartTitleFont(new Font(FAMILY, Font.BOLD, 14))
                .setSeriesColors(COLOURS)
                .setChartPadding(8);
        style.setPlotGridLinesColor(GRID)
                .setPlotGridLinesStroke(new BasicStroke(1))
                .setPlotGridVerticalLinesVisible(false)
                .setAxisTickMarksColor(GRID)
                .setAxisTickLabelsColor(TEXT)
                .setAxisTickLabelsFont(new Font(FAMILY, Font.PLAIN, 11))
                .setAxisTitleFont(new Font(FAMILY, Font.PLAIN, 12))
                .setToolTipsEnabled(false);
    }
}
