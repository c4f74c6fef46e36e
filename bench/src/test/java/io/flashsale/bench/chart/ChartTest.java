package io.flashsale.bench.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class ChartTest {
    private static final double[] X = {0, 1, 2, 3};

    @Test
    void shouldDrawEachLineInAColourOfItsOwnAndNameIt() throws Exception {
        final LineChart chart = new LineChart("Rate", "seconds", "answers/s", 600, 240)
                .add("accepted", X, new double[] {10, 20, 15, 30})
                .add("refused & lost", X, new double[] {5, Double.NaN, 7, 8});
        final String svg = chart.toSvg();
        assertEquals("Rate: accepted, refused & lost", title(svg));
        assertTrue(lines(svg, "0,114,178") >= 3, svg);
        // A gap has two neighbours that are not drawn.
        assertEquals(2, lines(svg, "0,114,178") - lines(svg, "213,94,0"), svg);
    }

    @Test
    void shouldDrawOnALogarithmicAxis() throws Exception {
        final double[] y = {0.2, 5, 50, 700};
        final String linear =
                new LineChart("a", "s", "ms", 600, 240).add("p99", X, y).toSvg();
        final String logarithmic = new LineChart("a", "s", "ms", 600, 240)
                .add("p99", X, y)
                .logarithmic()
                .toSvg();
        assertEquals("a: p99", title(logarithmic));
        assertNotEquals(linear, logarithmic);
    }

    @Test
    void shouldDrawABarForEachName() throws Exception {
        final String svg = new BarChart("Outcomes", "answers", List.of("RESERVED", "ITEM_SOLD"), 600, 240)
                .add("count", List.of(3.0, 900.0))
                .toSvg();
        assertEquals("Outcomes: count", title(svg));
        assertEquals(2, svg.split("fill:rgb\\(0,114,178\\)", -1).length - 1, svg);
        assertThrows(
                IllegalArgumentException.class,
                () -> new BarChart("", "", List.of("a"), 600, 240).add("b", List.of(1.0, 2.0)));
    }

    private static long lines(final String svg, final String colour) {
        return svg.lines()
                .filter(line -> line.contains("<line") && line.contains("rgb(" + colour + ")"))
                .count();
    }

    private static String title(final String svg) throws Exception {
        return parse(svg).getFirstChild().getTextContent();
    }

    /** One element, well formed, that refers to nothing outside. */
    private static Element parse(final String svg) throws Exception {
        final Element element = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();
        assertEquals("svg", element.getTagName());
        assertEquals("0 0 600 240", element.getAttribute("viewBox"));
        assertFalse(svg.replace("http://www.w3.org/", "").contains("http"), svg);
        return element;
    }
}
