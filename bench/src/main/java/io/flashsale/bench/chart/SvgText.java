package io.flashsale.bench.chart;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.knowm.xchart.internal.chartpart.Chart;

/**
 * Draws a chart into SVG text, without a screen and without a file. Texts become outlines, so that they look the same
 * whatever fonts the reader has; what the picture shows is said in its title element.
 */
final class SvgText {
    private SvgText() {}

    static String of(final Chart<?, ?> chart, final String description) {
        final VectorGraphics2D graphics = new VectorGraphics2D();
        chart.paint(graphics, chart.getWidth(), chart.getHeight());
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            new SVGProcessor()
                    .getDocument(graphics.getCommands(), new PageSize(0, 0, chart.getWidth(), chart.getHeight()))
                    .writeTo(bytes);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        return sized(bytes.toString(StandardCharsets.UTF_8), chart.getWidth(), chart.getHeight(), description);
    }

    /** Only the element, in pixels and scalable: the XML head cannot stand inside a page, and the library's unit is mm. */
    private static String sized(final String document, final int width, final int height, final String description) {
        final int element = document.indexOf("<svg");
        final int end = document.indexOf('>', element);
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"" + width
                + "\" height=\"" + height + "\" viewBox=\"0 0 " + width + ' ' + height + "\" role=\"img\"><title>"
                + escaped(description) + "</title>"
                + document.substring(end + 1);
    }

    /** To be called before the first class of AWT: a machine whose screen is set but unreachable would fail otherwise. */
    static void forbidScreen() {
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    private static String escaped(final String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
