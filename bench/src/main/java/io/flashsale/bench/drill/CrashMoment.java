package io.flashsale.bench.drill;

/** When a process is killed. */
enum CrashMoment {
    /** At random, under load. */
    LOAD("kill -9 at random under load"),
    /** Around a sale's boundary, under load. */
    ROLL_OVER("kill -9 around a sale's boundary"),
    /** When the projector's mark says that a transaction is on its way. */
    COMMIT("kill -9 in the projector's commit"),
    /** After a SIGTERM, when the last snapshot is being written. */
    SNAPSHOT("kill -9 in a snapshot, while stopping"),
    /** Under load, and then the next process during its recovery. */
    START("kill -9 under load, again while starting");

    private final String description;

    CrashMoment(final String description) {
        this.description = description;
    }

    String description() {
        return description;
    }
}
