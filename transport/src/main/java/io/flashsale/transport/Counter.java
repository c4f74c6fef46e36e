package io.flashsale.transport;

/** What {@link TransportCounters} counts beside answers. All only grow. */
public enum Counter {
    /** Connections accepted, on both ports. */
    CONNECTIONS_ACCEPTED(0),
    /** Connections closed, by either side, on both ports. Accepted minus closed is what is open. */
    CONNECTIONS_CLOSED(1),
    /** Connections closed as soon as they were accepted because too many were open. */
    CONNECTIONS_REFUSED(2),
    /** Connections closed because they asked nothing, or took no answer, for the idle time-out. */
    CONNECTIONS_TIMED_OUT(3),
    /** Requests whose head arrived, malformed ones included. */
    REQUESTS(4),
    /** Requests answered 400, 408, 413, 414 or 431 after which the connection closed: what follows cannot be trusted. */
    MALFORMED_REQUESTS(5),
    /** Commands that the pipeline took. */
    COMMANDS(6),
    /** Answers of the pipeline that came back, dropped ones included. */
    COMMANDS_ANSWERED(7),
    /** Answers dropped because the connection that asked was gone. The outcome stands. */
    ANSWERS_DROPPED(8),
    /** Times that a connection was not read because its queue was full or its client did not read. */
    READS_PAUSED(9),
    /** Writes to sockets: a batch of answers each. */
    FLUSHES(10),
    /** Bytes of answers handed to sockets. */
    BYTES_WRITTEN(11),
    /** Connections closed because of a mistake in this service; its log says which. */
    FAULTS(12),
    /** Connections closed as soon as they were accepted because their address had too many. */
    CONNECTIONS_REFUSED_BY_ADDRESS(13);

    /** Cells that the counters need. */
    static final int COUNT = 14;

    private final int index;

    Counter(final int index) {
        this.index = index;
    }

    /** The counter's own cell: 0 to {@link #COUNT}, exclusive. */
    int index() {
        return index;
    }
}
