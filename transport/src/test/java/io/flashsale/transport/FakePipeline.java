package io.flashsale.transport;

import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A pipeline without a sale: one thread takes commands and answers them in order, in batches. The outcome is the one
 * whose code is the command's item, or the lowest byte of its code.
 */
final class FakePipeline implements CommandSink {
    static final long SALE = 1_767_225_600L;

    record Command(
            String type,
            long route,
            long user,
            int item,
            long nonce,
            long high,
            long low,
            long retryKey,
            Outcome outcome) {}

    /** Of every code that is bought or given back. */
    static final long HOLDER = -42;

    /** Of every code that is issued: 2026-01-01T00:02:00.250Z. */
    static final long EXPIRES_AT_MILLIS = 1_767_225_720_250L;

    final List<Command> seen = new ArrayList<>();
    final AtomicInteger batches = new AtomicInteger();
    volatile boolean full;

    private final BlockingQueue<Command> queue = new LinkedBlockingQueue<>();
    private final Semaphore gate = new Semaphore(1);
    private final Thread thread = new Thread(this::run, "fake-pipeline");
    private AnswerSink answers;

    void start(final AnswerSink sink) {
        answers = sink;
        thread.start();
    }

    /** Answers nothing until {@link #release()}. */
    void hold() {
        gate.acquireUninterruptibly();
    }

    void release() {
        gate.release();
    }

    List<Command> seen() {
        synchronized (seen) {
            return List.copyOf(seen);
        }
    }

    @Override
    public boolean checkout(final long route, final long user, final int item, final long nonce, final long retryKey) {
        final Outcome outcome = item > 0 && item < 8 ? Outcome.of((byte) item) : Outcome.RESERVED;
        return offer(new Command("checkout", route, user, item, nonce, 0, 0, retryKey, outcome));
    }

    @Override
    public boolean purchase(final long route, final long codeHigh, final long codeLow, final long retryKey) {
        return offer(new Command("purchase", route, 0, 0, 0, codeHigh, codeLow, retryKey, named(codeLow)));
    }

    @Override
    public boolean release(final long route, final long codeHigh, final long codeLow) {
        return offer(new Command("release", route, 0, 0, 0, codeHigh, codeLow, 0, named(codeLow)));
    }

    @Override
    public void endOfBatch() {
        batches.incrementAndGet();
    }

    private static Outcome named(final long codeLow) {
        for (final Outcome outcome : Outcome.values()) {
            if (outcome.code() == (byte) codeLow) {
                return outcome;
            }
        }
        return Outcome.CODE_UNKNOWN;
    }

    private boolean offer(final Command command) {
        if (full) {
            return false;
        }
        synchronized (seen) {
            seen.add(command);
        }
        return queue.add(command);
    }

    private void run() {
        final List<Command> batch = new ArrayList<>();
        long sequence = 0;
        try {
            while (true) {
                batch.add(queue.take());
                gate.acquire();
                queue.drainTo(batch);
                for (final Command command : batch) {
                    answers.answer(
                            command.route,
                            command.outcome,
                            ++sequence,
                            SaleCode.high(SALE, command.item & 0xFFFF),
                            SaleCode.low(command.nonce),
                            command.type.equals("checkout") ? command.user : HOLDER,
                            EXPIRES_AT_MILLIS);
                }
                answers.flush();
                batch.clear();
                gate.release();
            }
        } catch (final InterruptedException e) {
            // Closed.
        }
    }

    void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
