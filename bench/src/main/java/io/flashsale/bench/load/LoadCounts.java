package io.flashsale.bench.load;

/**
 * What was sent, and what became of it besides an answer.
 *
 * @param checkoutsSent       checkouts written, repeats included.
 * @param purchasesSent       purchases written, repeats included.
 * @param checkoutsUnanswered of those sent: the connection ended first.
 * @param purchasesUnanswered of those sent: the connection ended first.
 * @param codesNotBought      requests owed to received codes (purchases, releases, repeats) that could not be sent before the end.
 * @param plannedNotSent      open loop: requests whose planned time had come, and for which there was never room.
 * @param invalidCodes        checkouts answered by 200 whose body is not a UUID.
 * @param connectFailures     attempts to connect that failed.
 * @param serverCloses        connections that the server ended in an orderly way.
 * @param resets              connections that broke.
 * @param timeouts            connections closed because an answer took too long.
 * @param protocolErrors      connections closed because the answer was malformed or not asked for.
 * @param reconnects          connections opened again.
 * @param releasesSent        releases written.
 * @param readsSent           reads written.
 * @param repeatsSent         of the checkouts and purchases: the same had been accepted before, under the same key.
 * @param othersUnanswered    of the releases and reads: the connection ended first.
 * @param lateByClient        open loop: sent more than a millisecond after their planned time, though there was room.
 */
public record LoadCounts(
        long checkoutsSent,
        long purchasesSent,
        long checkoutsUnanswered,
        long purchasesUnanswered,
        long codesNotBought,
        long plannedNotSent,
        long invalidCodes,
        long connectFailures,
        long serverCloses,
        long resets,
        long timeouts,
        long protocolErrors,
        long reconnects,
        long releasesSent,
        long readsSent,
        long repeatsSent,
        long othersUnanswered,
        long lateByClient) {

    /**
     * Every way in which a connection failed.
     *
     * @return failures to connect, closes by the server, resets, time-outs and protocol errors.
     */
    public long connectionErrors() {
        return connectFailures + serverCloses + resets + timeouts + protocolErrors;
    }

    /**
     * Requests sent.
     *
     * @return checkouts, purchases, releases and reads, repeats included.
     */
    public long sent() {
        return checkoutsSent + purchasesSent + releasesSent + readsSent;
    }

    /**
     * Requests whose connection ended before their answer.
     *
     * @return of any kind.
     */
    public long unanswered() {
        return checkoutsUnanswered + purchasesUnanswered + othersUnanswered;
    }
}
