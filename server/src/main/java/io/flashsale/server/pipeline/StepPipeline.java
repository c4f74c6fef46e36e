package io.flashsale.server.pipeline;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import io.flashsale.engine.Outcome;
import io.flashsale.engine.SaleEngine;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.SyncPolicy;
import io.flashsale.transport.AnswerSink;
import io.flashsale.transport.CommandSink;
import io.flashsale.transport.SaleBoard;
import org.agrona.MutableDirectBuffer;

/**
 * The ring and the stages of {@link Pipeline} without its threads: who owns it calls {@link #step}, one stage of one batch at
 * a time, so that anything may happen between two stages. For one thread.
 */
public final class StepPipeline {
    /** Stages that share a thread in the service, and the batch at hand. */
    private static final class Worker {
        private final Stage[] stages;
        private final Sequence done = new Sequence();
        private final Sequence before;
        private int nextStage;
        private long first;
        private long last;

        private Worker(final Sequence before, final Stage... stages) {
            this.before = before;
            this.stages = stages;
        }
    }

    /** Is told of every decision, before it is answered. */
    @FunctionalInterface
    public interface DecisionListener {
        /**
         * A command was decided.
         *
         * @param sequence        of the journal.
         * @param timestampMillis of its batch.
         * @param buffer          that holds the command; valid during the call.
         * @param offset          of its first byte.
         * @param outcome         what was decided.
         * @param codeHigh        most significant bits of the code, if the outcome issues one.
         * @param codeLow         least significant bits of the code, if the outcome issues one.
         * @param expiresAtMillis until when the code can be bought, if the outcome issues one.
         */
        void onDecision(
                long sequence,
                long timestampMillis,
                MutableDirectBuffer buffer,
                int offset,
                Outcome outcome,
                long codeHigh,
                long codeLow,
                long expiresAtMillis);
    }

    private final RingBuffer<Slot> buffer;
    private final CommandRing ring;
    private final AnswerStage answerStage;
    private final Ticker ticker;
    private final Worker[] workers;
    private final long journalBase;
    private DecisionListener listener = (s, t, b, o, outcome, high, low, expires) -> {};

    /**
     * Builds the stages.
     *
     * @param config  without AUTO; how to wait does not matter.
     * @param policy  when answers are sent.
     * @param engine  recovered through the journal's last sequence.
     * @param journal open.
     * @param clock   anchored at the journal's last time.
     * @param board   that shows the sale's counters.
     */
    public StepPipeline(
            final PipelineConfig config,
            final SyncPolicy policy,
            final SaleEngine engine,
            final JournalWriter journal,
            final SaleClock clock,
            final SaleBoard board) {
        buffer = RingBuffer.createMultiProducer(Slot::new, config.ringSize(), new BusySpinWaitStrategy());
        ring = new CommandRing(buffer, () -> {});
        journalBase = engine.lastSequence() + 1;
        final EngineStage engineStage = new EngineStage(ring, engine, new OutcomeCounters(), journalBase);
        answerStage = new AnswerStage(ring, engine, board, journalBase);
        final Stage decideAndTell = (first, last) -> {
            engineStage.onBatch(first, last);
            tell(first, last);
        };
        final Stage[][] threads = StageOrder.of(
                config.layout(),
                new JournalStage(ring, journal, clock),
                decideAndTell,
                new SyncStage(journal, policy),
                answerStage);
        workers = new Worker[threads.length];
        for (int i = 0; i < threads.length; i++) {
            workers[i] = new Worker(i == 0 ? null : workers[i - 1].done, threads[i]);
        }
        buffer.addGatingSequences(workers[workers.length - 1].done);
        ticker = new Ticker(ring, clock, board, engineStage::checkpoint, config);
    }

    private void tell(final long first, final long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            final Slot slot = ring.slot(sequence);
            listener.onDecision(
                    journalBase + sequence,
                    slot.timestampMillis,
                    ring.commands(),
                    ring.offset(sequence),
                    slot.outcome,
                    slot.codeHigh,
                    slot.codeLow,
                    slot.expiresAtMillis);
        }
    }

    /**
     * How many threads the stages would have.
     *
     * @return 1 or 2.
     */
    public int workers() {
        return workers.length;
    }

    /**
     * Runs one stage of one batch.
     *
     * @param worker   whose stage, below {@link #workers()}.
     * @param maxBatch most commands of a batch that is begun by this.
     * @return false if there is nothing to do.
     */
    public boolean step(final int worker, final int maxBatch) {
        final Worker at = workers[worker];
        if (at.nextStage == 0) {
            final long available = at.before == null ? buffer.getCursor() : at.before.get();
            at.first = at.done.get() + 1;
            at.last = Math.min(available, at.first + maxBatch - 1);
            if (at.last < at.first) {
                return false;
            }
        }
        at.stages[at.nextStage].onBatch(at.first, at.last);
        at.nextStage = (at.nextStage + 1) % at.stages.length;
        if (at.nextStage == 0) {
            at.done.set(at.last);
        }
        return true;
    }

    /**
     * Publishes the rules of the next sale.
     *
     * @param rules to journal.
     * @return false if the ring is full.
     */
    public boolean configure(final SaleRules rules) {
        return ring.configure(rules);
    }

    /**
     * Publishes a tick.
     *
     * @return false if the ring is full.
     */
    public boolean tick() {
        return ring.tick();
    }

    /** Publishes the ticks and checkpoints that are due. */
    public void runTicker() {
        ticker.doWork();
    }

    /**
     * Where commands go.
     *
     * @return the ring.
     */
    public CommandSink commands() {
        return ring;
    }

    /**
     * Connects the clients, before the first command with a route.
     *
     * @param answers where outcomes go.
     */
    public void answers(final AnswerSink answers) {
        answerStage.answers(answers);
    }

    /**
     * Connects a listener, before the first step.
     *
     * @param decisions told of every one.
     */
    public void listener(final DecisionListener decisions) {
        listener = decisions;
    }
}
