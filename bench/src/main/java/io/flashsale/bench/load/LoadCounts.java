package io.flashsale.bench.load;

/**
 * What was sent, and what became of it besides an answer.
 *
 * @param checkoutsSent       checkouts written.
 * @param purchasesSent       purchases written.
 * @param checkoutsUnanswered of those sent: the connection ended first.
 * @param purchasesUnanswered of those sent: the connection ended first.
 * @param codesNotBought      received codes that should have been bought, and could not be before the end.
 * @param plannedNotSent      open loop: requests whose planned time had come, and for which there was never room.
 * @param invalidCodes        checkouts answered by 200 whose body is not a UUID.
 * @param connectFailures     attempts to connect that failed.
 * @param serverCloses        connections that the server ended in an orderly way.
 * @param resets              connections that broke.
 * @param timeouts            connections closed because an answer took too long.
 * @param protocolErrors      connections closed because the answer was malformed or not asked for.
 * @param reconnects          connections opened again.
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
        long reconnects) {

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
     * @return checkouts and purchases.
     */
    public long sent() {
        return checkoutsSent + purchasesSent;
    }
}
