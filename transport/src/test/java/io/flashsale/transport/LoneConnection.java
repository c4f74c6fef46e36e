package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleCode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The service's way from bytes to bytes without sockets and threads: one connection after another on one lane, in front of a
 * pipeline that answers when it is told. Everything but the socket is what the service runs. Fails when an answer is missing
 * or out of order, when the connection stands still, when a buffer is not released, and when the service finds a fault in
 * itself.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A close completes before it returns.
final class LoneConnection implements CommandSink {
    private static final int MAX_COMMANDS = 128;
    private static final int FEW_COMMANDS = 3;
    private static final byte[] DATE = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n".getBytes(ISO_8859_1);

    private record Waiting(long route, Outcome outcome, long high, long low, long user) {}

    private final TransportCounters counters = new TransportCounters(1);
    private final CountingAllocator allocator = new CountingAllocator();
    private final SaleBoard board = new SaleBoard();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final List<String> commands = new ArrayList<>();
    private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
    private final Lane lane;
    private final Dispatcher dispatcher;
    private final Readings readings;
    private final HealthReport health =
            new HealthReport(true, true, List.of(new HealthReport.Part("journal", true, "position 7")));

    private LoneChannel channel;
    private Traffic traffic;
    private long sequence;

    /** Serves with or without the plain reader. */
    LoneConnection(final boolean plain) {
        final TransportConfig config = TransportConfig.of("127.0.0.1", 0, 0, new RetrySecret(1, 2));
        final PlainHead plainHead = plain ? new PlainHead() : new PlainHead(0);
        lane = new Lane(0, config, new ConnectionLimits(1, 0), MAX_COMMANDS, this, counters.local(0), plainHead);
        dispatcher = new Dispatcher(Endpoint.SERVICE, Replies.NOT_FOUND, this, () -> traffic.admission());
        readings = new Readings(board, () -> health, () -> "");
        // Two connections never differ in the second of their answers: no tick runs that would write another.
        System.arraycopy(DATE, 0, lane.date(), 0, DATE.length);
        board.publish(1, 1_000, 2_000, 10, 7, 2, 1, 1_500);
    }

    /** What came of a connection: its answers as sent, and the commands that it gave. */
    record Outcomes(String answers, List<String> commands, long requests, long malformed) {}

    /** Serves one connection from its first byte to its end. */
    Outcomes serve(final Traffic what) {
        traffic = what;
        sequence = 0;
        waiting.clear();
        commands.clear();
        answers.reset();
        final long requests = counters.total(Counter.REQUESTS);
        final long malformed = counters.total(Counter.MALFORMED_REQUESTS);
        final Connection connection = new Connection(lane, dispatcher, readings);
        channel = new LoneChannel(connection.decoder(), connection);
        channel.config().setAllocator(allocator);
        channel.config()
                .setWriteBufferWaterMark(
                        new WriteBufferWaterMark(TransportLimits.LOW_WATER_MARK, TransportLimits.HIGH_WATER_MARK));
        // No tick runs, so that the same bytes always get the same answers.
        channel.freezeTime();
        lane.start(channel.eventLoop());
        feed();
        if (traffic.resets()) {
            channel.close();
        }
        settle();
        if (traffic.closesItsSide() && channel.isActive()) {
            channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            settle();
            check(!channel.isActive(), "the client closed its side, and the connection stays");
        }
        final boolean unfinished = connection.decoder().isArriving();
        channel.close();
        settle();
        final Outcomes outcomes = new Outcomes(
                answers.toString(ISO_8859_1),
                List.copyOf(commands),
                counters.total(Counter.REQUESTS) - requests,
                counters.total(Counter.MALFORMED_REQUESTS) - malformed);
        check(outcomes, unfinished);
        return outcomes;
    }

    private void feed() {
        final byte[] bytes = traffic.bytes();
        int next = 0;
        while (next < bytes.length && channel.isActive() && !channel.isOutputShutdown()) {
            if (channel.config().isAutoRead()) {
                final int length = traffic.pieceAt(next);
                final ByteBuf piece = allocator.heapBuffer(length).writeBytes(bytes, next, length);
                next += length;
                channel.stall(traffic.stalls());
                channel.writeInbound(piece);
                deliver(traffic.answersAtOnce());
            } else {
                unblock();
            }
        }
    }

    /** The connection is not read: it must be for want of outcomes or of a client that reads. */
    private void unblock() {
        check(channel.isStalled() || !waiting.isEmpty(), "the connection is not read, and nothing is waited for");
        channel.stall(false);
        channel.flush();
        deliver(1);
        takeAnswers();
    }

    private void settle() {
        channel.stall(false);
        channel.flush();
        while (!waiting.isEmpty()) {
            deliver(traffic.answersAtOnce() + 1);
        }
        channel.runPendingTasks();
        takeAnswers();
    }

    private void deliver(final int most) {
        for (int i = 0; i < most && !waiting.isEmpty(); i++) {
            final Waiting command = waiting.removeFirst();
            lane.answers.write(
                    command.route, command.outcome, ++sequence, command.high, command.low, command.user, 90_000);
        }
        lane.answers.publish();
        lane.wakeUp();
        channel.runPendingTasks();
        takeAnswers();
    }

    private void takeAnswers() {
        ByteBuf sent = channel.readOutbound();
        while (sent != null) {
            answers.write(sent.array(), sent.arrayOffset() + sent.readerIndex(), sent.readableBytes());
            sent.release();
            sent = channel.readOutbound();
        }
    }

    private void check(final Outcomes outcomes, final boolean unfinished) {
        channel.checkException();
        check(counters.total(Counter.FAULTS) == 0, "the service found a fault in itself");
        check(counters.openConnections() == 0, "the connection was not counted as closed");
        check(lane.isDecided(), "an outcome was lost");
        check(allocator.live() == 0, "buffers were not released: " + allocator.live());
        final AnswerTally tally = AnswerTally.of(outcomes.answers);
        check(tally.inOrder(), "answers are out of order");
        if (!traffic.resets()) {
            final long missing = outcomes.requests - tally.answers();
            check(missing == 0 || (missing == 1 && unfinished), "requests without an answer: " + missing);
            check(tally.decided() == outcomes.commands.size(), "commands without an answer");
        }
    }

    private void check(final boolean holds, final String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise + "\n" + traffic + "\nanswered: " + answers.toString(ISO_8859_1));
        }
    }

    @Override
    public boolean checkout(final long route, final long user, final int item, final long nonce, final long retryKey) {
        final Outcome outcome = item > 0 && item < 8 ? Outcome.of((byte) item) : Outcome.RESERVED;
        final long high = SaleCode.high(1, item & 0xFFFF);
        return offer(
                new Waiting(route, outcome, high, SaleCode.low(item), user),
                "checkout " + route + " " + user + " " + item + " " + retryKey);
    }

    @Override
    public boolean purchase(final long route, final long codeHigh, final long codeLow, final long retryKey) {
        return offer(
                new Waiting(route, Outcome.PURCHASED, codeHigh, codeLow, -42),
                "purchase " + route + " " + codeHigh + " " + codeLow + " " + retryKey);
    }

    @Override
    public boolean release(final long route, final long codeHigh, final long codeLow) {
        return offer(
                new Waiting(route, Outcome.CODE_EXPIRED, codeHigh, codeLow, -42),
                "release " + route + " " + codeHigh + " " + codeLow);
    }

    @Override
    public void endOfBatch() {
        // Nobody waits for a batch here.
    }

    private boolean offer(final Waiting command, final String text) {
        if (traffic.fillsUp() && commands.size() == FEW_COMMANDS) {
            return false;
        }
        waiting.addLast(command);
        commands.add(text);
        return true;
    }
}
