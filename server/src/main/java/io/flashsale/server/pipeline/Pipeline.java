package io.flashsale.server.pipeline;

import com.lmax.disruptor.BlockingWaitStrategy;
import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.ExceptionHandler;
import com.lmax.disruptor.TimeoutException;
import com.lmax.disruptor.WaitStrategy;
import com.lmax.disruptor.YieldingWaitStrategy;
import com.lmax.disruptor.dsl.Disruptor;
import com.lmax.disruptor.dsl.ProducerType;
import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.SyncPolicy;
import io.flashsale.transport.AnswerSink;
import io.flashsale.transport.CommandSink;
import io.flashsale.transport.SaleBoard;
import io.flashsale.transport.SaleStatus;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The stages wired to the Disruptor, with the threads that run them. Built stopped; {@link #start}, then {@link
 * #openSale}, then {@link #answers} before the first command with a route. Closing lets the commands in the ring finish.
 */
public final class Pipeline {
    private final PipelineConfig config;
    private final Disruptor<Slot> disruptor;
    private final CommandRing ring;
    private final SaleEngine engine;
    private final StageHandler lastHandler;
    private final AnswerStage answerStage;
    private final OutcomeCounters counters = new OutcomeCounters();
    private final SaleBoard board;
    private final FailStop failStop;
    private final Ticker ticker;
    private final Thread tickerThread;
    private Runnable onThread;
    private volatile boolean closing;
    private boolean started;

    /**
     * Wires the stages.
     *
     * @param config   without AUTO.
     * @param policy   when answers are sent.
     * @param engine   recovered through the journal's last sequence; the pipeline's from now on.
     * @param journal  open; the pipeline's from now on, but for closing it.
     * @param clock    anchored at the journal's last time.
     * @param board    that shows the sale's counters.
     * @param failStop stops the process when a stage fails.
     */
    public Pipeline(
            final PipelineConfig config,
            final SyncPolicy policy,
            final SaleEngine engine,
            final JournalWriter journal,
            final SaleClock clock,
            final SaleBoard board,
            final FailStop failStop) {
        this.config = config;
        this.engine = engine;
        this.board = board;
        this.failStop = failStop;
        final ParkingWaitStrategy parking = new ParkingWaitStrategy();
        disruptor = new Disruptor<>(
                Slot::new, config.ringSize(), threads(), ProducerType.MULTI, waitStrategy(config, parking));
        ring = new CommandRing(disruptor.getRingBuffer(), parking::wake);
        final long journalBase = engine.lastSequence() + 1;
        final EngineStage engineStage = new EngineStage(ring, engine, counters, journalBase);
        answerStage = new AnswerStage(ring, engine, board, journalBase);
        final Stage journalStage = new JournalStage(ring, journal, clock);
        final Stage syncStage = new SyncStage(journal, policy);
        disruptor.setDefaultExceptionHandler(new HaltOnException());
        final Stage[][] threads = StageOrder.of(config.layout(), journalStage, engineStage, syncStage, answerStage);
        lastHandler = new StageHandler(threads[threads.length - 1]);
        if (threads.length == 1) {
            disruptor.handleEventsWith(lastHandler);
        } else {
            disruptor.handleEventsWith(new StageHandler(threads[0])).then(lastHandler);
        }
        ticker = new Ticker(ring, clock, board, engineStage::checkpoint, config);
        tickerThread = new Thread(this::tick, "sale-ticker");
        tickerThread.setDaemon(true);
    }

    private static WaitStrategy waitStrategy(final PipelineConfig config, final ParkingWaitStrategy parking) {
        return switch (config.waiting()) {
            case BLOCKING -> config.layout() == PipelineConfig.Layout.FUSED ? parking : new BlockingWaitStrategy();
            case YIELDING -> new YieldingWaitStrategy();
            case BUSY_SPIN -> new BusySpinWaitStrategy();
            case AUTO -> throw new IllegalArgumentException("wait strategy must be chosen");
        };
    }

    private ThreadFactory threads() {
        final AtomicInteger number = new AtomicInteger();
        return task -> {
            final Runnable prepared = () -> {
                onThread.run();
                task.run();
            };
            final Thread thread = new Thread(prepared, "sale-pipeline-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /**
     * Starts the stages' threads.
     *
     * @param first is run first on each of them.
     */
    public void start(final Runnable first) {
        onThread = first;
        disruptor.start();
        started = true;
    }

    /**
     * Lets the engine reach the present before the first client: sets the rules of the next sale if they changed, lets
     * time pass, and waits until a sale is open. Then starts the ticker.
     *
     * @param rules   to journal, or null to leave them as they are.
     * @param timeout how long that may take.
     * @return the sale that is open.
     * @throws IllegalStateException if no sale is open by then.
     */
    public OpenSale openSale(final SaleRules rules, final Duration timeout) {
        if (rules != null) {
            ring.configure(rules);
        }
        ring.tick();
        final long last = ring.published();
        final long deadline = System.nanoTime() + timeout.toNanos();
        while (disruptor.getSequenceValueFor(lastHandler) < last) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("the engine did not open a sale within " + timeout);
            }
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
        }
        final SaleStatus status = new SaleStatus();
        board.read(status);
        if (status.items() == 0) {
            throw new IllegalStateException("the engine has no sale: the journal holds no configuration");
        }
        // Nothing is in the ring, and this thread has seen that: until the ticker starts, the engine can be read here.
        final OpenSale sale = new OpenSale(engine.rules(), engine.pendingRules());
        tickerThread.start();
        return sale;
    }

    /** Where commands go. Any thread. */
    public CommandSink commands() {
        return ring;
    }

    /**
     * Connects the transport.
     *
     * @param answers where outcomes go; called on the engine's thread.
     */
    public void answers(final AnswerSink answers) {
        answerStage.answers(answers);
    }

    /** Outcomes decided since the start. Any thread. */
    public OutcomeCounters counters() {
        return counters;
    }

    /** Slots of the ring. Any thread. */
    public int ringCapacity() {
        return config.ringSize();
    }

    /** Free slots of the ring. Any thread; a moment's value. */
    public long ringRemaining() {
        return ring.remaining();
    }

    private void tick() {
        try {
            while (!closing) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ticker.doWork()));
            }
        } catch (final Throwable t) {
            failStop.halt("ticking", t);
        }
    }

    /**
     * Finishes what is in the ring, then stops the threads. Nobody may publish any more. If that takes longer, the process is
     * halted: the journal cannot be ended while somebody appends to it.
     *
     * @param patience how long it may take.
     */
    public void close(final Duration patience) {
        final long deadline = System.nanoTime() + patience.toNanos();
        closing = true;
        LockSupport.unpark(tickerThread);
        if (!started) {
            return;
        }
        try {
            TimeUnit.NANOSECONDS.timedJoin(tickerThread, Math.max(1, patience.toNanos()));
            disruptor.shutdown(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (final TimeoutException e) {
            failStop.halt("finishing the commands in the ring", e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            disruptor.halt();
        }
    }

    private final class HaltOnException implements ExceptionHandler<Slot> {
        @Override
        public void handleEventException(final Throwable cause, final long sequence, final Slot slot) {
            failStop.halt("handling the batch that ends at ring sequence " + sequence, cause);
        }

        @Override
        public void handleOnStartException(final Throwable cause) {
            failStop.halt("starting the pipeline", cause);
        }

        @Override
        public void handleOnShutdownException(final Throwable cause) {
            failStop.halt("stopping the pipeline", cause);
        }
    }
}
