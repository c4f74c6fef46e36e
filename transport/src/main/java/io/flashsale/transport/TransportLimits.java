package io.flashsale.transport;

import io.flashsale.engine.SaleCode;

/** Every fixed bound of the transport, in one place. Their relations are checked when the class is loaded. */
public final class TransportLimits {
    /** Longest request line, in bytes. Beyond: 414. */
    public static final int MAX_REQUEST_LINE = 4096;

    /** Most bytes of all header fields together. Beyond: 431. */
    public static final int MAX_HEADERS = 8192;

    /** Longest request body, in bytes. It is read and ignored. Beyond: 413. */
    public static final int MAX_BODY = 4096;

    /** Longest {@code Idempotency-Key}, in bytes. */
    public static final int MAX_RETRY_KEY = 255;

    /** Most requests of one connection that are not answered yet. Beyond, the connection is not read. */
    public static final int MAX_PIPELINED = 64;

    /** Most event loops that sell. The route back to a request has eight bits for the loop; one is the admin port's. */
    public static final int MAX_EVENT_LOOPS = 255;

    /** Most connections of one event loop: the route's bits for the connection's slot. */
    public static final int MAX_CONNECTIONS_PER_LOOP = 1 << Route.SLOT_BITS;

    /** Most items of one page. */
    public static final int MAX_PAGE = 1_000;

    /** Items of a page if the client does not say how many. */
    static final int DEFAULT_PAGE = 100;

    /** Most bytes read at once: bounds what a connection that is not being read holds on to. */
    static final int MAX_READ = 16 * 1024;

    /** Most bytes of an answer that wait in one connection before it is not read any more. */
    static final int HIGH_WATER_MARK = 64 * 1024;

    /** Waiting bytes at which the connection is read again. */
    static final int LOW_WATER_MARK = 32 * 1024;

    static {
        if (MAX_PIPELINED != 1 << Route.POSITION_BITS
                || MAX_EVENT_LOOPS + 1 != 1 << Route.LOOP_BITS
                || DEFAULT_PAGE > MAX_PAGE
                || LOW_WATER_MARK >= HIGH_WATER_MARK
                || MAX_READ < MAX_REQUEST_LINE + MAX_HEADERS
                || SaleCode.TEXT_LENGTH != 36) {
            throw new ExceptionInInitializerError("transport limits contradict each other");
        }
    }

    private TransportLimits() {}
}
