package io.flashsale.bench.simulation;

/** What can happen in a simulation; counted, so that one sees that it did. */
public enum Event {
    /** A start that succeeded. */
    START("starts"),
    /** A start that the disk refused, full or failing. */
    START_REFUSED("starts refused by the disk"),
    /** A recovery that had a journal to read. */
    RECOVERY("recoveries"),
    /** A recovery that began with a snapshot. */
    RECOVERY_FROM_SNAPSHOT("recoveries from a snapshot"),
    /** A recovery that cut a torn tail. */
    CUT("torn tails cut"),
    /** A recovery that ignored an unfinished start. */
    UNFINISHED("unfinished starts ignored"),
    /** A recovery that lost commands, none of them promised. */
    LOST("recoveries with unpromised commands lost"),
    /** An orderly stop. */
    STOP("orderly stops"),
    /** The process ends between two steps. */
    KILL("processes killed"),
    /** The process ends in the middle of an operation. */
    CRASH("crashes within an operation"),
    /** The machine loses power. */
    POWER_LOSS("power losses"),
    /** The disk begins to fail syncs. */
    SYNC_FAILURE("failing disks"),
    /** The process halted because of that. */
    HALT("processes halted by a failed sync"),
    /** The disk begins to take its time. */
    SLOW_DISK("slow disks"),
    /** The disk begins to be full. */
    FULL_DISK("full disks"),
    /** A request refused for want of space or of a free slot. */
    NO_ROOM("requests refused: no room"),
    /** The database goes away. */
    DATABASE_AWAY("database outages"),
    /** A connection is lost between two statements. */
    CONNECTION_LOST("database connections lost"),
    /** A COMMIT is carried out, and nobody is told. */
    COMMIT_UNKNOWN("commits carried out and not confirmed"),
    /** A COMMIT is not carried out, and nobody is told. */
    COMMIT_LOST("commits lost"),
    /** A transaction. */
    COMMIT("transactions committed"),
    /** The wall clock steps forward. */
    CLOCK_FORWARD("clock steps forward"),
    /** The wall clock steps back. */
    CLOCK_BACK("clock steps back"),
    /** A new checkout. */
    CHECKOUT("checkouts"),
    /** A new purchase. */
    PURCHASE("purchases"),
    /** A release. */
    RELEASE("releases"),
    /** A request that was sent before. */
    RETRY("requests sent again"),
    /** A client that leaves before its answer. */
    ABANDONED("requests abandoned"),
    /** An answer. */
    ANSWER("answers"),
    /** Rules that changed at a restart. */
    CONFIGURATION("configuration changes"),
    /** A sale that opened. */
    SALE("sales opened"),
    /** A purchase in the closing book. */
    LATE_PURCHASE("purchases after the sale's close"),
    /** A journal segment that followed another within a run. */
    ROTATION("segments begun within a run"),
    /** A snapshot. */
    SNAPSHOT("snapshots"),
    /** A snapshot that could not be written. */
    SNAPSHOT_FAILED("snapshots that failed"),
    /** Segments that retention deleted. */
    RETENTION("segments deleted"),
    /** The database's rows compared with the model's. */
    DATABASE_COMPARED("databases compared with the model"),
    /** A step of no consequence for the count. */
    STEP("steps");

    private final String text;
    private final int code;

    Event(final String text) {
        this.text = text;
        code = text.hashCode();
    }

    /** What stands for it in a trace's hash: no other event's. */
    int code() {
        return code;
    }

    @Override
    public String toString() {
        return text;
    }
}
