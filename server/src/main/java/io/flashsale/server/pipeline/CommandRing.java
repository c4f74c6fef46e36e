package io.flashsale.server.pipeline;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.SaleRules;
import io.flashsale.transport.CommandSink;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The ring and the commands in it. The commands of all slots lie in one contiguous buffer, so that a batch is journaled
 * by copying one range, two at the wrap.
 *
 * <p>Publishing is safe from any thread, never blocks and never throws: every argument is checked before a slot is
 * claimed, because a claimed slot that is not published would stall everybody.
 */
final class CommandRing implements CommandSink {
    private final RingBuffer<Slot> ring;
    private final Runnable wake;
    private final UnsafeBuffer commands;
    private final int mask;
    private final ThreadLocal<CommandFlyweight> flyweight = ThreadLocal.withInitial(CommandFlyweight::new);

    /**
     * A ring.
     *
     * @param ring of the slots.
     * @param wake is run after a run of publishing: wakes whoever consumes, if publishing alone does not.
     */
    CommandRing(final RingBuffer<Slot> ring, final Runnable wake) {
        this.ring = ring;
        this.wake = wake;
        mask = ring.getBufferSize() - 1;
        commands = new UnsafeBuffer(ByteBuffer.allocateDirect(
                BitUtil.align(ring.getBufferSize() * CommandFlyweight.LENGTH, BitUtil.CACHE_LINE_LENGTH)));
    }

    @Override
    public boolean checkout(final long route, final long user, final int item, final long nonce, final long retryKey) {
        final CommandFlyweight command = flyweight.get();
        final long sequence = claim();
        if (sequence < 0) {
            return false;
        }
        command.wrap(commands, offset(sequence)).checkout(user, item, nonce, retryKey);
        publish(sequence, route);
        return true;
    }

    @Override
    public boolean purchase(final long route, final long codeHigh, final long codeLow, final long retryKey) {
        final CommandFlyweight command = flyweight.get();
        final long sequence = claim();
        if (sequence < 0) {
            return false;
        }
        command.wrap(commands, offset(sequence)).purchase(codeHigh, codeLow, retryKey);
        publish(sequence, route);
        return true;
    }

    @Override
    public boolean release(final long route, final long codeHigh, final long codeLow) {
        final CommandFlyweight command = flyweight.get();
        final long sequence = claim();
        if (sequence < 0) {
            return false;
        }
        command.wrap(commands, offset(sequence)).release(codeHigh, codeLow);
        publish(sequence, route);
        return true;
    }

    @Override
    public void endOfBatch() {
        wake.run();
    }

    /**
     * Publishes a tick.
     *
     * @return false if the ring is full.
     */
    boolean tick() {
        final CommandFlyweight command = flyweight.get();
        final long sequence = claim();
        if (sequence < 0) {
            return false;
        }
        command.wrap(commands, offset(sequence)).tick();
        publish(sequence, Slot.NO_ROUTE);
        wake.run();
        return true;
    }

    /**
     * Publishes a configuration.
     *
     * @param rules of the next sale.
     * @return false if the ring is full.
     */
    boolean configure(final SaleRules rules) {
        final CommandFlyweight command = flyweight.get();
        final long sequence = claim();
        if (sequence < 0) {
            return false;
        }
        command.wrap(commands, offset(sequence)).configure(rules);
        publish(sequence, Slot.NO_ROUTE);
        wake.run();
        return true;
    }

    /**
     * Publishes a checkpoint.
     *
     * @param previousSequence of the last one, or 0.
     * @param previousHash     state hash there.
     * @return false if the ring is full.
     */
    boolean checkpoint(final long previousSequence, final long previousHash) {
        final CommandFlyweight command = flyweight.get();
        final long sequence = claim();
        if (sequence < 0) {
            return false;
        }
        command.wrap(commands, offset(sequence)).checkpoint(previousSequence, previousHash);
        publish(sequence, Slot.NO_ROUTE);
        wake.run();
        return true;
    }

    private long claim() {
        try {
            return ring.tryNext();
        } catch (final InsufficientCapacityException e) {
            // The Disruptor's singleton exception: it has no stack trace and costs nothing.
            return -1;
        }
    }

    private void publish(final long sequence, final long route) {
        ring.get(sequence).route = route;
        ring.publish(sequence);
    }

    MutableDirectBuffer commands() {
        return commands;
    }

    int offset(final long sequence) {
        return ((int) sequence & mask) * CommandFlyweight.LENGTH;
    }

    /** How many slots lie between a sequence and the wrap, that slot included. */
    int contiguous(final long sequence) {
        return mask + 1 - ((int) sequence & mask);
    }

    Slot slot(final long sequence) {
        return ring.get(sequence);
    }

    /** The last ring sequence that was claimed; all up to it are published but for a moment. */
    long published() {
        return ring.getCursor();
    }

    long remaining() {
        return ring.remainingCapacity();
    }
}
