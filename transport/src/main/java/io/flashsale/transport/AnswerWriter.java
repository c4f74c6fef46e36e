package io.flashsale.transport;

/** Lets the answers of one connection out, in the order of its requests. */
final class AnswerWriter {
    private final Connection connection;
    private final Lane lane;
    private final Readings readings;
    private final RequestQueue queue;

    /** In line to show the items that the oldest request asks for. */
    private boolean awaitsTurn;

    AnswerWriter(final Connection connection, final Lane lane, final Readings readings, final RequestQueue queue) {
        this.connection = connection;
        this.lane = lane;
        this.readings = readings;
        this.queue = queue;
    }

    /**
     * Encodes the answers whose turn has come, and takes their requests out of the queue: not many more bytes than a
     * connection may hold back, since answers that nobody takes are not worth the time they cost the others.
     *
     * @param out         receives them.
     * @param nothingElse whether the queue holds all that the client has asked.
     * @return true if the connection ends with the last one.
     */
    boolean encode(final AnswerBuffer out, final boolean nothingElse) {
        while (!queue.isEmpty() && out.length() < TransportLimits.HIGH_WATER_MARK) {
            final Entry entry = queue.first();
            if (!prepare(entry, out)) {
                return false;
            }
            final Reply known = entry.state == Entry.State.DECIDED ? Replies.of(entry.outcome) : entry.reply;
            final Reply reply = entry.json ? known.json : known;
            entry.closes |= lane.isStopping() && nothingElse && queue.size() == 1;
            lane.encoder.add(out, reply, entry, lane.date());
            lane.counters.answer(reply.status);
            queue.removeFirst();
            if (entry.closes) {
                return true;
            }
        }
        return false;
    }

    /** Whether the oldest request waits for nothing but the pages of items of other connections. */
    boolean awaitsTurn() {
        return awaitsTurn;
    }

    /** The turn of this connection has come to ask again whether it may show items. */
    void turn() {
        awaitsTurn = false;
        connection.pump();
    }

    /** Whether the oldest request could be answered now. */
    boolean isReady() {
        return !awaitsTurn
                && !queue.isEmpty()
                && switch (queue.first().state) {
                    case ARRIVING, WAITING -> false;
                    case READING, DECIDED, REPLIED -> true;
                };
    }

    /** Whether the oldest request can be answered now; evaluates it if it was waiting for its turn. */
    private boolean prepare(final Entry entry, final AnswerBuffer out) {
        return switch (entry.state) {
            case ARRIVING -> {
                if (entry.awaitsContinue) {
                    entry.awaitsContinue = false;
                    lane.encoder.addContinue(out);
                }
                yield false;
            }
            case WAITING -> false;
            case READING -> read(entry);
            case DECIDED, REPLIED -> true;
        };
    }

    private boolean read(final Entry entry) {
        if (entry.endpoint == Endpoint.ITEMS) {
            // Asked once for each turn, and not again while in line.
            awaitsTurn = awaitsTurn || !lane.readingTurns().take(entry.limit, this);
            if (awaitsTurn) {
                return false;
            }
        }
        entry.reply(readings.read(entry));
        return true;
    }
}
