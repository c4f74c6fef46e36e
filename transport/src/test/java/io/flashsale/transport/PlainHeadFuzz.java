package io.flashsale.transport;

/** The same bytes with and without the plain reader: the same answers, and the same commands. */
public final class PlainHeadFuzz {
    private static final LoneConnection PLAIN = new LoneConnection(true);
    private static final LoneConnection DECODED = new LoneConnection(false);

    private PlainHeadFuzz() {}

    /**
     * Serves one connection both ways.
     *
     * @param input as {@link Traffic} reads it.
     */
    public static void fuzzerTestOneInput(final byte[] input) {
        compare(Traffic.of(input));
    }

    /** Serves the same both ways. */
    static void compare(final Traffic traffic) {
        final LoneConnection.Outcomes plain = PLAIN.serve(traffic);
        final LoneConnection.Outcomes decoded = DECODED.serve(traffic);
        if (!plain.equals(decoded)) {
            throw new AssertionError(traffic + "\nplain:   " + plain + "\ndecoded: " + decoded);
        }
    }
}
