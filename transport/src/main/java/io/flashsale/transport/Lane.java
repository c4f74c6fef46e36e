package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.flashsale.engine.Outcome;
import io.netty.channel.EventLoop;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop's share of the server: its connections, the answers on their way to them, its clock and its scratch
 * space. Everything but {@link #answers} and {@link #wakeUp} belongs to the event loop's thread.
 */
final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    /** A sweep over the connections is spread over this many ticks, so that none takes long. */
    private static final int TICKS_PER_SWEEP = 8;

    /** A batch of as many ends at once; a smaller one when the sockets have brought nothing more. */
    private static final int ENOUGH_COMMANDS = 32;

    private static final long MAX_SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "'Date: 'EEE, dd MMM yyyy HH:mm:ss 'GMT\r\n'", Locale.US)
            .withZone(ZoneOffset.UTC);

    final int index;
    final AnswerQueue answers;
    final ConnectionLimits limits;
    final ConnectionTable connections;
    final TransportCounters.Local counters;
    final AnswerBuffer out = new AnswerBuffer();
    final AnswerEncoder encoder = new AnswerEncoder();
    final Query query = new Query();
    final Target target = new Target();
    final RequestHead head = new RequestHead();
    final PlainHead plainHead;
    final Nonces nonces = new Nonces();
    final RetryKeys retryKeys;
    final long requestNanos;
    final long idleNanos;

    private final CommandSink commands;
    private final int maxCommands;
    private final AnswerQueue.Consumer onAnswer = this::onAnswer;
    private final Runnable drainTask = this::drain;
    private final Runnable endOfBatchTask = this::endOfBatch;

    /** The loop is about to take its answers out. */
    private final AtomicBoolean awake = new AtomicBoolean();

    private EventLoop loop;
    private ReadingTurns readingTurns;
    /** Given since the last batch ended. */
    private int batchCommands;
    /** As many as the loop knew of when it last looked whether the batch has ended. */
    private int seenCommands;

    private boolean stopping;
    private int outstanding;
    private Connection[] touched = new Connection[64];
    private int touchedCount;
    private long now = System.nanoTime();
    private long dateSecond = -1;
    private byte[] date;
    private int sweepSlot;

    Lane(
            final int index,
            final TransportConfig config,
            final ConnectionLimits limits,
            final int maxCommands,
            final CommandSink commands,
            final TransportCounters.Local counters) {
        this(index, config, limits, maxCommands, commands, counters, new PlainHead());
    }

    /** A lane whose plain requests are read by this, or left to the decoder by one that reads none. */
    Lane(
            final int index,
            final TransportConfig config,
            final ConnectionLimits limits,
            final int maxCommands,
            final CommandSink commands,
            final TransportCounters.Local counters,
            final PlainHead plainHead) {
        this.index = index;
        this.plainHead = plainHead;
        this.commands = commands;
        this.maxCommands = maxCommands;
        this.counters = counters;
        answers = new AnswerQueue(maxCommands);
        this.limits = limits;
        connections = new ConnectionTable(limits.most());
        retryKeys = new RetryKeys(config.retrySecret());
        requestNanos = config.requestTimeout().toNanos();
        idleNanos = config.idleTimeout().toNanos();
        readClock();
    }

    /** Starts the lane's clock, which ends with the loop. Called once, by the thread that starts the server. */
    @SuppressWarnings("FutureReturnValueIgnored") // A tick does not throw.
    void start(final EventLoop eventLoop) {
        loop = eventLoop;
        readingTurns = new ReadingTurns(eventLoop);
        final long sweep = Math.min(MAX_SWEEP_NANOS, Math.min(requestNanos, idleNanos) / 4);
        final long tick = Math.max(TimeUnit.MILLISECONDS.toNanos(1), sweep / TICKS_PER_SWEEP);
        loop.scheduleWithFixedDelay(this::tick, tick, tick, TimeUnit.NANOSECONDS);
    }

    EventLoop loop() {
        return loop;
    }

    ReadingTurns readingTurns() {
        return readingTurns;
    }

    /** Coarse monotonic time, in nanoseconds: at most a tick behind. */
    long now() {
        return now;
    }

    /** The whole {@code Date} field. */
    byte[] date() {
        return date;
    }

    boolean isStopping() {
        return stopping;
    }

    /** Whether one more command could be answered. */
    boolean hasRoom() {
        return outstanding < maxCommands;
    }

    /** The pipeline took a command. */
    void commandGiven() {
        outstanding++;
        counters.count(Counter.COMMANDS);
        if (batchCommands++ == 0) {
            // Tasks run after all sockets that were ready have been read.
            loop.execute(endOfBatchTask);
        }
    }

    private void endOfBatch() {
        if (batchCommands > seenCommands && batchCommands < ENOUGH_COMMANDS) {
            seenCommands = batchCommands;
            // After the sockets that are ready by now, without a wait: one sync then serves these and those.
            loop.execute(endOfBatchTask);
            return;
        }
        batchCommands = 0;
        seenCommands = 0;
        commands.endOfBatch();
    }

    /** Has the loop take its answers out, unless it is about to. The response thread only. */
    void wakeUp() {
        if (!awake.getAndSet(true)) {
            try {
                loop.execute(drainTask);
            } catch (final RejectedExecutionException e) {
                LOG.debug("the server is closed: nobody is left to answer", e);
            }
        }
    }

    private void drain() {
        // Before the answers are read: what is published later than that schedules the next drain.
        awake.set(false);
        answers.drain(onAnswer);
        for (int i = 0; i < touchedCount; i++) {
            final Connection connection = touched[i];
            touched[i] = null;
            connection.answered();
        }
        touchedCount = 0;
    }

    private void onAnswer(
            final long route,
            final Outcome outcome,
            final long sequence,
            final long codeHigh,
            final long codeLow,
            final long user,
            final long expiresAtMillis) {
        outstanding--;
        counters.count(Counter.COMMANDS_ANSWERED);
        counters.outcome(outcome);
        final Connection connection = connections.find(route);
        final Entry entry = connection == null ? null : connection.waitingAt(Route.position(route));
        if (entry == null) {
            counters.count(Counter.ANSWERS_DROPPED);
            return;
        }
        entry.decide(outcome, sequence, codeHigh, codeLow, user, expiresAtMillis);
        if (connection.touch()) {
            if (touchedCount == touched.length) {
                touched = Arrays.copyOf(touched, touchedCount * 2);
            }
            touched[touchedCount++] = connection;
        }
    }

    /** Takes no new work from here on. */
    void refuse() {
        stopping = true;
    }

    /** Lets go of connections that have nothing to do. */
    void closeIdle() {
        for (int slot = 0; slot < connections.slots(); slot++) {
            final Connection connection = connections.at(slot);
            if (connection != null) {
                connection.stopIfIdle();
            }
        }
    }

    /** Whether every command has its outcome, and every answer that waited for one is written. */
    boolean isDecided() {
        return outstanding == 0;
    }

    /** Whether, besides, no client is waited for any more. Closes those that do not move. */
    boolean isIdle() {
        boolean idle = isDecided();
        for (int slot = 0; slot < connections.slots(); slot++) {
            final Connection connection = connections.at(slot);
            if (connection != null && connection.holdsUpStop()) {
                idle = false;
            }
        }
        return idle;
    }

    /** Closes all connections, and returns when they are. Not called on the loop. */
    void close() {
        if (loop == null || loop.isShuttingDown()) {
            return;
        }
        loop.submit(this::closeConnections).awaitUninterruptibly();
        // Netty completes a close in a task of its own, which this one follows.
        loop.submit(() -> LOG.debug("connections of event loop {} are closed", index))
                .awaitUninterruptibly();
    }

    private void closeConnections() {
        for (int slot = 0; slot < connections.slots(); slot++) {
            final Connection connection = connections.at(slot);
            if (connection != null) {
                connection.close();
            }
        }
    }

    private void tick() {
        try {
            readClock();
            sweep();
        } catch (final RuntimeException e) {
            LOG.error("a tick failed", e);
        }
    }

    private void sweep() {
        final int slots = connections.slots();
        final int end = Math.min(slots, sweepSlot + (slots + TICKS_PER_SWEEP - 1) / TICKS_PER_SWEEP);
        for (int slot = sweepSlot; slot < end; slot++) {
            final Connection connection = connections.at(slot);
            if (connection != null) {
                connection.tick();
            }
        }
        sweepSlot = end >= slots ? 0 : end;
    }

    private void readClock() {
        now = System.nanoTime();
        final long millis = System.currentTimeMillis();
        if (millis / 1_000 != dateSecond) {
            dateSecond = millis / 1_000;
            date = DATE.format(Instant.ofEpochSecond(dateSecond)).getBytes(US_ASCII);
        }
    }
}
