package io.flashsale.transport;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

/**
 * Takes the requests of one connection in: a place in the queue when the head is here, the dispatcher when the whole is,
 * and an end to it after a request that cannot be understood.
 */
final class RequestIntake {
    private final Lane lane;
    private final Dispatcher dispatcher;
    private final RequestQueue queue;
    private final RequestDecoder decoder;
    private final Patience patience;

    /** The request whose body is arriving, or null. */
    private HttpRequest current;

    private String retryKey;
    private boolean repeatsRetryKey;
    private int bodyLength;
    private boolean ended;

    RequestIntake(
            final Lane lane,
            final Dispatcher dispatcher,
            final RequestQueue queue,
            final RequestDecoder decoder,
            final Patience patience) {
        this.lane = lane;
        this.dispatcher = dispatcher;
        this.queue = queue;
        this.decoder = decoder;
        this.patience = patience;
    }

    /** Whether nothing after the newest request is parsed. */
    boolean hasEnded() {
        return ended;
    }

    /**
     * Takes in a request that stands as a whole, and plainly, at the beginning of what was received.
     *
     * @return false if there is none: it is for the decoder.
     */
    boolean takePlain(final ByteBuf in, final long route) {
        final PlainHead plain = lane.plainHead;
        final int length = plain.read(in, lane.head);
        if (length == 0) {
            return false;
        }
        in.skipBytes(length);
        lane.counters.count(Counter.REQUESTS);
        final Entry entry = queue.add();
        if (begin(entry, lane.head.fault())) {
            onRequest(plain.method(), plain.target(), route);
        }
        return true;
    }

    /** What the decoder found. It stays the caller's. */
    void onMessage(final Object message, final long route) {
        if (message instanceof final HttpRequest request) {
            onHead(request);
        }
        if (current != null && message instanceof final HttpContent content) {
            onContent(content, route);
        }
    }

    private void onHead(final HttpRequest request) {
        lane.counters.count(Counter.REQUESTS);
        final Entry entry = queue.add();
        entry.withoutBody = request.method().equals(HttpMethod.HEAD);
        if (request.decoderResult().isFailure()) {
            entry.json = RequestHead.acceptsJson(request);
            malformed(entry, replyTo(request.decoderResult().cause()));
            return;
        }
        if (begin(entry, lane.head.read(request))) {
            current = request;
            bodyLength = 0;
        }
    }

    /** Notes what the lane's head says of a request; false if that is bad. */
    private boolean begin(final Entry entry, final Reply bad) {
        final RequestHead head = lane.head;
        entry.json = head.acceptsJson();
        if (bad != null) {
            malformed(entry, bad);
            return false;
        }
        entry.closes = head.closes();
        entry.confirmsKeepAlive = head.mustConfirmKeepAlive();
        entry.awaitsContinue = head.awaitsContinue();
        retryKey = head.retryKey();
        repeatsRetryKey = head.repeatsRetryKey();
        return true;
    }

    private void onContent(final HttpContent content, final long route) {
        if (content.decoderResult().isFailure()) {
            malformed(queue.last(), Replies.BAD_CHUNKS);
            return;
        }
        bodyLength += content.content().readableBytes();
        if (bodyLength > TransportLimits.MAX_BODY) {
            bodyTooLong();
        } else if (content instanceof LastHttpContent) {
            final HttpRequest request = current;
            current = null;
            onRequest(request.method(), request.uri(), route);
        }
    }

    /** The request is here as a whole. */
    private void onRequest(final HttpMethod method, final String target, final long route) {
        decoder.requestEnded();
        patience.moved();
        final Entry entry = queue.last();
        dispatcher.dispatch(
                lane, Route.ofRequest(route, queue.lastPosition()), entry, method, target, retryKey, repeatsRetryKey);
        entry.closes |= lane.isStopping();
        ended = entry.closes;
    }

    /** The arriving request's body exceeds its bound. */
    void bodyTooLong() {
        malformed(queue.last(), Replies.BODY_TOO_LONG);
    }

    /** The arriving request took too long. */
    void timedOut() {
        if (current == null) {
            lane.counters.count(Counter.REQUESTS);
            malformed(queue.add(), Replies.TIMED_OUT);
        } else {
            malformed(queue.last(), Replies.TIMED_OUT);
        }
    }

    /** The rest of the arriving request will never come: it has not been. */
    void forgetUnfinished() {
        if (current != null) {
            current = null;
            queue.removeLast();
        }
    }

    /** Answers a request after which the connection cannot be understood any more. */
    private void malformed(final Entry entry, final Reply reply) {
        lane.counters.count(Counter.MALFORMED_REQUESTS);
        current = null;
        decoder.requestEnded();
        entry.reply(reply);
        entry.closes = true;
        ended = true;
    }

    private static Reply replyTo(final Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return Replies.TARGET_TOO_LONG;
        }
        return cause instanceof TooLongHttpHeaderException ? Replies.HEADERS_TOO_LONG : Replies.BAD_REQUEST;
    }
}
