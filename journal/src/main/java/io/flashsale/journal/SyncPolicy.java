package io.flashsale.journal;

/** When the owner of a journal calls a record safe. The journal itself writes the same bytes under each policy. */
public enum SyncPolicy {
    /** The owner calls {@link JournalWriter#sync()} before it answers: survives process crash and power loss. */
    ALWAYS,
    /** The keeper syncs every few milliseconds: a power loss may take the last moments. */
    INTERVAL,
    /**
     * Nothing is synced but at a rotation, a start, a clean end and where {@link JournalWriter#makeDurable} asks for it: a power
     * loss may take everything since. A start copies nothing: it syncs the old segment and cuts there.
     */
    NEVER
}
