package io.flashsale.projector;

/** PostgreSQL's binary timestamptz: microseconds since 2000-01-01 UTC. */
final class PgTime {
    private static final long EPOCH_MILLIS = 946_684_800_000L;

    private PgTime() {}

    static long micros(final long epochMillis) {
        return (epochMillis - EPOCH_MILLIS) * 1_000;
    }
}
