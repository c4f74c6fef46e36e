package io.flashsale.transport;

/** Why a request got 503. Each is counted, and each has its own body. */
public enum Refusal {
    /** The pipeline's ring had no room. */
    PIPELINE_FULL(0),
    /** Too many commands of this event loop were waiting for their answer. */
    ANSWERS_FULL(1),
    /** The service is stopping. */
    DRAINING(2),
    /** The journal's space reserve is used up. */
    OUT_OF_SPACE(3);

    /** Cells that the counters need. */
    static final int COUNT = 4;

    private final int index;

    Refusal(final int index) {
        this.index = index;
    }

    /** The counter's own cell: 0 to {@link #COUNT}, exclusive. */
    int index() {
        return index;
    }
}
