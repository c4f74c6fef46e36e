package io.flashsale.bench.load;

/** Why a connection ended before the load did. */
enum ConnectionEnd {
    /** It could not be opened. */
    CONNECT_FAILED,
    /** The server closed it, announced or not. */
    SERVER_CLOSED,
    /** Reading or writing failed. */
    RESET,
    /** An answer took longer than the answer time-out. */
    TIMED_OUT,
    /** The answer was malformed, or nobody had asked. */
    PROTOCOL_ERROR
}
