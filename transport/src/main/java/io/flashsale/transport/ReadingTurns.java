package io.flashsale.transport;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Shares out the time that an event loop spends on pages of items: one page's worth each time the loop has looked at all of
 * its sockets, by connections in turn. So clients that ask for many large pages wait for each other, and orders do not wait
 * for them. Round-robin with a quantum, as in M. Shreedhar and G. Varghese, "Efficient Fair Queueing using Deficit Round
 * Robin", 1995, without the deficit: a turn may overdraw by less than a page.
 *
 * <p>Belongs to one event loop.
 */
final class ReadingTurns {
    /** Items shown between two looks at the sockets. */
    private static final int QUANTUM = TransportLimits.MAX_PAGE;

    private final EventLoop loop;
    private final Queue<AnswerWriter> waiting = new ArrayDeque<>();
    private final Runnable nextTurn = this::nextTurn;

    private int left = QUANTUM;
    private boolean scheduled;

    /** Whether the one that asks now was in line and has its turn. */
    private boolean inTurn;

    ReadingTurns(final EventLoop loop) {
        this.loop = loop;
    }

    /**
     * Asks for leave to show items.
     *
     * @param items  how many.
     * @param writer who shows them. It is not in line.
     * @return whether it may. If not, it is in line now, and {@link AnswerWriter#turn()} is called when it may ask again.
     */
    boolean take(final int items, final AnswerWriter writer) {
        schedule();
        if (left <= 0 || (!inTurn && !waiting.isEmpty())) {
            waiting.add(writer);
            return false;
        }
        left -= items;
        return true;
    }

    private void nextTurn() {
        scheduled = false;
        left = QUANTUM;
        inTurn = true;
        while (left > 0 && !waiting.isEmpty()) {
            waiting.remove().turn();
        }
        inTurn = false;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // A turn does not throw.
    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            // Not execute(): what is executed by a task runs before the sockets are looked at again.
            loop.schedule(nextTurn, 0, TimeUnit.NANOSECONDS);
        }
    }
}
