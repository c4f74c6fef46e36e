package io.flashsale.transport;

/** Any bytes, in any pieces, through a whole connection: what {@link LoneConnection} watches over must hold. */
public final class HttpFuzz {
    private static final LoneConnection CONNECTION = new LoneConnection(true);

    private HttpFuzz() {}

    /**
     * Serves one connection.
     *
     * @param input as {@link Traffic} reads it.
     */
    public static void fuzzerTestOneInput(final byte[] input) {
        CONNECTION.serve(Traffic.of(input));
    }
}
