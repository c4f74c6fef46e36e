package io.flashsale.transport;

import io.flashsale.engine.Outcome;

/** One request of a connection, from its head to its answer. Used again by later requests. */
final class Entry {
    /** How far a request is. */
    enum State {
        /** Its body is still to come. */
        ARRIVING,
        /** Its command is in the pipeline. */
        WAITING,
        /** The engine has decided it. */
        DECIDED,
        /** It is evaluated when its turn comes. */
        READING,
        /** Its answer was known at once. */
        REPLIED
    }

    State state;
    Endpoint endpoint;
    Reply reply;
    Outcome outcome;
    long sequence;
    /** The code: as it was sent, or as it is issued. */
    long codeHigh;

    long codeLow;
    /** Who checks out, or whose purchase or release was accepted. */
    long user;
    /** Until when the code that is issued can be bought, epoch milliseconds. */
    long expiresAtMillis;
    /** The item to show, or the first of several. */
    int item;
    /** How many items to show at most. */
    int limit;
    /** The client accepts JSON. */
    boolean json;
    /** The connection ends with this answer. */
    boolean closes;
    /** The HTTP/1.0 client is to be told that the connection stays. */
    boolean confirmsKeepAlive;
    /** The method was HEAD: no body. */
    boolean withoutBody;
    /** The client waits for 100 before it sends the body. */
    boolean awaitsContinue;

    void begin() {
        state = State.ARRIVING;
        endpoint = null;
        reply = null;
        outcome = null;
        json = false;
        closes = false;
        confirmsKeepAlive = false;
        withoutBody = false;
        awaitsContinue = false;
    }

    void reply(final Reply known) {
        state = State.REPLIED;
        reply = known;
    }

    void decide(
            final Outcome decided,
            final long at,
            final long high,
            final long low,
            final long holder,
            final long expires) {
        state = State.DECIDED;
        outcome = decided;
        sequence = at;
        user = holder;
        expiresAtMillis = expires;
        if (Replies.issuesCode(decided)) {
            codeHigh = high;
            codeLow = low;
        }
    }
}
