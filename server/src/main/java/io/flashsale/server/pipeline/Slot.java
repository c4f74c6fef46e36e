package io.flashsale.server.pipeline;

import io.flashsale.engine.Outcome;

/**
 * What travels with a command round the ring, beside its 32 bytes. The fields are written by one stage and read by the
 * next; the ring's sequences order the two.
 */
final class Slot {
    /** The route of a command that nobody waits for. */
    static final long NO_ROUTE = -1;

    /** Where the answer goes; written by whoever publishes. */
    long route;

    /** Epoch milliseconds of the record; written by {@link JournalStage}. */
    long timestampMillis;

    /** The decision; written by {@link EngineStage}. */
    Outcome outcome;

    /** The code, most significant bits; written by {@link EngineStage}. */
    long codeHigh;

    /** The code, least significant bits; written by {@link EngineStage}. */
    long codeLow;

    /** Whose checkout, or accepted purchase or release, it is; written by {@link EngineStage}. */
    long user;

    /** Until when the code can be bought, epoch milliseconds; written by {@link EngineStage}. */
    long expiresAtMillis;
}
