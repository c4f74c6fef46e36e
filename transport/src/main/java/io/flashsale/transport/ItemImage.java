package io.flashsale.transport;

/** Draws an item: a badge in a colour of its own, and its name. The same number and name give the same picture. */
final class ItemImage {
    /** Steps round the colour wheel that bring neighbours far apart: close to the golden angle. */
    private static final int HUE_STEP = 137;

    private static final int CORNERS = 3;

    private ItemImage() {}

    /**
     * A picture of an item.
     *
     * @param item 0 or more.
     * @param name any text.
     * @return an SVG document.
     */
    static String svg(final int item, final String name) {
        final int hue = (int) ((long) item * HUE_STEP % 360);
        final int corner = 20 + item % CORNERS * 60;
        final String title = escape(name);
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 400\" role=\"img\">\n"
                + "<title>" + title + "</title>\n"
                + "<rect width=\"400\" height=\"400\" fill=\"hsl(" + hue + ",45%,90%)\"/>\n"
                + "<rect x=\"60\" y=\"40\" width=\"280\" height=\"280\" rx=\"" + corner + "\" fill=\"hsl(" + hue
                + ",55%,45%)\"/>\n"
                + "<text x=\"200\" y=\"200\" font-family=\"sans-serif\" font-size=\"56\" fill=\"#fff\""
                + " text-anchor=\"middle\">" + item + "</text>\n"
                + "<text x=\"200\" y=\"370\" font-family=\"sans-serif\" font-size=\"22\" fill=\"#222\""
                + " text-anchor=\"middle\">" + title + "</text>\n"
                + "</svg>\n";
    }

    /** Text that is safe as XML content. */
    static String escape(final String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
