package io.flashsale.transport;

/** Whether new commands are taken, and if not, why. Reading requests such as {@code GET /sale} are always answered. */
public enum Admission {
    /** Commands are taken. */
    OPEN,
    /** The service is stopping: 503, and the connection closes. */
    DRAINING,
    /** The journal's space reserve is used up: 503 until there is space again. */
    OUT_OF_SPACE
}
