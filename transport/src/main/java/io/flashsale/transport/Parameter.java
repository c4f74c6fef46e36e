package io.flashsale.transport;

/** The parameters of requests, and what is answered when one is wrong. */
@SuppressWarnings("ImmutableEnumChecker") // Replies do not change.
enum Parameter {
    USER_ID("user_id", "a decimal integer of 64 bits"),
    ITEM_ID("item_id", "a decimal integer of 32 bits"),
    CODE("code", "a UUID of 36 characters, as checkout returned it"),
    FROM("from", "a decimal integer of 31 bits"),
    LIMIT("limit", "a decimal integer from 1 to " + TransportLimits.MAX_PAGE);

    final Reply missing;
    final Reply empty;
    final Reply repeated;
    final Reply malformed;
    final Reply outOfRange;

    Parameter(final String name, final String form) {
        final String remedy = " Send it once, in the query, as " + form + ".";
        missing = wrong(name, "missing", remedy);
        empty = wrong(name, "empty", remedy);
        repeated = wrong(name, "repeated", remedy);
        malformed = wrong(name, "malformed", remedy);
        outOfRange = wrong(name, "out of range", remedy);
    }

    private static Reply wrong(final String name, final String how, final String remedy) {
        return Reply.problem(
                400, "parameter-" + how.replace(' ', '-'), "Parameter " + how, name + " is " + how + "." + remedy);
    }
}
