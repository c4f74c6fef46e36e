package io.flashsale.transport;

/**
 * The way back from the pipeline to a request: which loop, which of its connection slots, which user of that slot, and
 * which place in that connection's queue. A slot is used again after its connection closed; the generation tells the
 * new connection from the old one, so a late answer cannot reach a stranger.
 *
 * <pre>
 *  | loop 8 | slot 20 | generation 30 | position 6 |
 * </pre>
 */
final class Route {
    static final int POSITION_BITS = 6;
    static final int GENERATION_BITS = 30;
    static final int SLOT_BITS = 20;
    static final int LOOP_BITS = 8;

    private static final int GENERATION_SHIFT = POSITION_BITS;
    private static final int SLOT_SHIFT = GENERATION_SHIFT + GENERATION_BITS;
    private static final int LOOP_SHIFT = SLOT_SHIFT + SLOT_BITS;

    static {
        if (LOOP_SHIFT + LOOP_BITS != Long.SIZE) {
            throw new ExceptionInInitializerError("a route has 64 bits");
        }
    }

    private Route() {}

    /** The part of a route that is the same for all requests of a connection. */
    static long ofConnection(final int loop, final int slot, final int generation) {
        return ((long) loop << LOOP_SHIFT)
                | ((long) slot << SLOT_SHIFT)
                | ((generation & mask(GENERATION_BITS)) << GENERATION_SHIFT);
    }

    /** The route of the request at a position; only the position's lowest bits are kept. */
    static long ofRequest(final long connection, final int position) {
        return connection | (position & mask(POSITION_BITS));
    }

    /** The part of a route that is the same for all requests of a connection. */
    static long connection(final long route) {
        return route & ~mask(POSITION_BITS);
    }

    static int loop(final long route) {
        return (int) (route >>> LOOP_SHIFT);
    }

    static int slot(final long route) {
        return (int) ((route >>> SLOT_SHIFT) & mask(SLOT_BITS));
    }

    static int position(final long route) {
        return (int) (route & mask(POSITION_BITS));
    }

    private static long mask(final int bits) {
        return (1L << bits) - 1;
    }
}
