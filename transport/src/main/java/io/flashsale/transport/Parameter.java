package io.flashsale.transport;

/** The parameters of the commands, and what is answered when one is wrong. */
@SuppressWarnings("ImmutableEnumChecker") // Replies do not change.
enum Parameter {
    USER_ID("user_id", "a decimal integer of 64 bits"),
    ITEM_ID("item_id", "a decimal integer of 32 bits"),
    CODE("code", "a UUID of 36 characters, as checkout returned it");

    final Reply missing;
    final Reply empty;
    final Reply repeated;
    final Reply malformed;
    final Reply outOfRange;

    Parameter(final String name, final String form) {
        final String remedy = " Send it once, in the query, as " + form + ".";
        missing = Reply.of(400, name + " is missing." + remedy);
        empty = Reply.of(400, name + " is empty." + remedy);
        repeated = Reply.of(400, name + " is repeated." + remedy);
        malformed = Reply.of(400, name + " is malformed." + remedy);
        outOfRange = Reply.of(400, name + " is out of range." + remedy);
    }
}
