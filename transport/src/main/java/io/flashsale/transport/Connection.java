package io.flashsale.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection: takes its requests in, and lets the answers out in the same order. Belongs to one event loop.
 *
 * <p>Answers leave when a read is complete or a batch of outcomes has come back, all that are ready in one buffer and one
 * flush. While the queue is full, or the client does not take its answers, the socket is not read.
 *
 * <p>The end of a connection: the last answer is flushed, the sending side is closed, and what still comes in is thrown
 * away for a moment, since closing a socket with unread bytes resets it and would take the answer back from the client.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A channel whose write or close fails is closed by Netty.
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private static final long NO_ROUTE = -1;

    private final Lane lane;
    private final RequestQueue queue = new RequestQueue();
    private final RequestDecoder decoder;
    private final RequestIntake intake;
    private final AnswerWriter writer;
    private final Patience patience;
    private final ChannelFutureListener afterLastAnswer = this::afterLastAnswer;

    private Channel channel;
    private SocketAddress address;
    private long route = NO_ROUTE;

    /** The client has closed its sending side. */
    private boolean inputClosed;
    /** The last answer was written. */
    private boolean ending;
    /** It ended with an answer, not for want of requests. */
    private boolean endsAnswered;

    private boolean lingering;
    private boolean pumping;
    private boolean touched;
    private boolean unflushed;

    Connection(final Lane lane, final Dispatcher dispatcher, final Readings readings) {
        this.lane = lane;
        decoder = new RequestDecoder(this);
        patience = new Patience(lane);
        intake = new RequestIntake(lane, dispatcher, queue, decoder, patience);
        writer = new AnswerWriter(this, lane, readings, queue);
    }

    RequestDecoder decoder() {
        return decoder;
    }

    /** The part of a route that names this connection. */
    long route() {
        return route;
    }

    /** The request at a position if it waits for its outcome, or else null. */
    Entry waitingAt(final int position) {
        return queue.waitingAt(position);
    }

    /** Notes that an outcome came back; false if that was known. */
    boolean touch() {
        final boolean first = !touched;
        touched = true;
        return first;
    }

    /** All outcomes of this batch have come back. */
    void answered() {
        touched = false;
        pump();
    }

    /** Whether what comes in is thrown away. */
    boolean ignoresInput() {
        return ending || intake.hasEnded();
    }

    /** Whether no further request can be taken. */
    boolean isFull() {
        return queue.isFull();
    }

    /** The first byte of a request is here. */
    void requestBegan() {
        patience.requestBegan();
    }

    /** Takes in a request that needs no decoder; false if there is none. */
    boolean takePlain(final ByteBuf in) {
        return intake.takePlain(in, route);
    }

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        channel = context.channel();
        patience.moved();
        lane.counters.count(Counter.CONNECTIONS_ACCEPTED);
        address = channel.remoteAddress();
        final Counter refusal = lane.limits.enter(address);
        if (refusal == null) {
            route = lane.connections.enter(lane.index, this);
        } else {
            lane.counters.count(refusal);
            context.close();
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        lane.counters.count(Counter.CONNECTIONS_CLOSED);
        if (route != NO_ROUTE) {
            lane.connections.leave(route);
            lane.limits.leave(address);
            route = NO_ROUTE;
        }
        ending = true;
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        try {
            intake.onMessage(message, route);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext context) {
        pump();
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext context) {
        if (channel.isWritable()) {
            patience.moved();
            pump();
        }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        if (!(cause instanceof IOException)) {
            fault(cause);
        }
        context.close();
    }

    /** The arriving request's body exceeds its bound. */
    void bodyTooLong() {
        intake.bodyTooLong();
    }

    /** The client has closed its sending side. It still gets the answers to what it asked. */
    void inputClosed() {
        inputClosed = true;
        if (lingering) {
            channel.close();
        } else {
            pump();
        }
    }

    /** Lets out all answers whose turn has come, takes in what was held, and reads the socket or not. */
    void pump() {
        if (pumping || ending) {
            return;
        }
        pumping = true;
        try {
            // Flushing may make the channel writable again, and nobody would say so later.
            do {
                while (!writeReady() && canResume()) {
                    decoder.resume();
                }
                if (ending) {
                    return;
                }
                flush();
            } while (canResume() || (writer.isReady() && channel.isWritable()));
            adjustReading();
        } catch (final Exception e) {
            fault(e);
            channel.close();
        } finally {
            pumping = false;
        }
    }

    private boolean canResume() {
        return decoder.isHolding() && !queue.isFull() && channel.isWritable();
    }

    /** Writes, without flushing, what is ready. True if that was the last of this connection. */
    private boolean writeReady() {
        final AnswerBuffer out = lane.out;
        out.clear();
        boolean end = channel.isWritable() && writer.encode(out, hasNothingElse());
        if (inputClosed && !decoder.isHolding()) {
            intake.forgetUnfinished();
            end |= queue.isEmpty();
        }
        if (end) {
            ending = true;
            endsAnswered = true;
            lane.counters.count(Counter.BYTES_WRITTEN, out.length());
            channel.writeAndFlush(out.copy(channel.alloc())).addListener(afterLastAnswer);
        } else if (out.length() > 0) {
            unflushed = true;
            patience.moved();
            lane.counters.count(Counter.BYTES_WRITTEN, out.length());
            channel.write(out.copy(channel.alloc()), channel.voidPromise());
        }
        return end;
    }

    private void flush() {
        if (unflushed) {
            unflushed = false;
            lane.counters.count(Counter.FLUSHES);
            channel.flush();
        }
    }

    private void adjustReading() {
        final boolean paused = decoder.isHolding() || queue.isFull() || !channel.isWritable();
        final boolean read = !paused && !ignoresInput() && !inputClosed;
        if (read != channel.config().isAutoRead()) {
            if (paused) {
                lane.counters.count(Counter.READS_PAUSED);
            }
            // Time in which nobody read is not the client's.
            patience.requestBegan();
            channel.config().setAutoRead(read);
        }
    }

    private void afterLastAnswer(final ChannelFuture written) {
        if (!written.isSuccess() || inputClosed) {
            channel.close();
            return;
        }
        lingering = true;
        patience.moved();
        ((DuplexChannel) channel).shutdownOutput();
        channel.config().setAutoRead(true);
    }

    /** Ends the connection if it has nothing to do; the service is stopping. */
    void stopIfIdle() {
        if (queue.isEmpty() && hasNothingElse() && !ending) {
            ending = true;
            // Completes after what was written before.
            channel.writeAndFlush(channel.alloc().directBuffer(0, 0)).addListener(afterLastAnswer);
        }
    }

    /** Ends the connection at once. */
    void close() {
        channel.close();
    }

    private boolean hasNothingElse() {
        return !decoder.isArriving() && !decoder.isHolding();
    }

    private void fault(final Throwable cause) {
        lane.counters.count(Counter.FAULTS);
        LOG.error("connection closed after a fault", cause);
    }

    /**
     * Whether a stop is to wait for this connection: an outcome is outstanding, or the client is still taking its answers or
     * sending its request. A client that does not move is closed, so that it takes no time from the others.
     */
    boolean holdsUpStop() {
        final long pending = outboundBytes();
        patience.pending(pending);
        if (writer.awaitsTurn() || (!queue.isEmpty() && queue.first().state == Entry.State.WAITING)) {
            return true;
        }
        final boolean taking = pending > 0 || (lingering && endsAnswered);
        if (!taking && queue.isEmpty() && !decoder.isArriving()) {
            return false;
        }
        if (taking ? !patience.endsTakingAtStop() : !patience.endsRequestAtStop()) {
            return true;
        }
        if (lingering) {
            // The kernel has all of its answers, and goes on giving them to the client.
            channel.close();
        } else {
            timedOut();
        }
        return false;
    }

    /** Looks for what takes too long. */
    void tick() {
        final long pending = outboundBytes();
        patience.pending(pending);
        if (lingering) {
            if (patience.endsLingering()) {
                channel.close();
            }
        } else if (decoder.isArriving() && !ending && channel.config().isAutoRead()) {
            if (patience.endsRequest()) {
                intake.timedOut();
                pump();
            }
        } else if (patience.endsIdleness() && (queue.isEmpty() || pending > 0)) {
            timedOut();
        }
    }

    private void timedOut() {
        lane.counters.count(Counter.CONNECTIONS_TIMED_OUT);
        channel.close();
    }

    /** Bytes of answers that the kernel has not taken, also of the buffer that it has taken in part. */
    private long outboundBytes() {
        final ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    }
}
