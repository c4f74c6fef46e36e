package io.flashsale.transport;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The open sale's figures, as the engine's thread last published them. A sequence lock: the version is odd while the
 * figures change, and a reader that saw an odd or a changed version reads again. The writer never waits for readers.
 *
 * <p>One thread publishes, any thread reads.
 */
public final class SaleBoard {
    private static final VarHandle VERSION;

    /** Attempts before a reader gives its core away: the writer may have been descheduled between its two stores. */
    private static final int SPINS = 128;

    static {
        try {
            VERSION = MethodHandles.lookup().findVarHandle(SaleBoard.class, "version", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final ItemBoard items = new ItemBoard();

    private long version;
    private long saleId;
    private long opensAtMillis;
    private long closesAtMillis;
    private int total;
    private int available;
    private int held;
    private int sold;
    private long nowMillis;

    /** Creates a board on which nothing was published. */
    public SaleBoard() {}

    /**
     * The states of the sale's items. They are published before the figures, so they are never older than these.
     *
     * @return the items' part of this board.
     */
    public ItemBoard items() {
        return items;
    }

    /**
     * Replaces all figures at once. Called by the engine's thread, at the end of a batch.
     *
     * @param saleId         epoch seconds.
     * @param opensAtMillis  epoch milliseconds.
     * @param closesAtMillis epoch milliseconds.
     * @param items          of the sale.
     * @param available      can be checked out.
     * @param held           under a live hold.
     * @param sold           sold.
     * @param nowMillis      the engine's time, epoch milliseconds.
     */
    public void publish(
            final long saleId,
            final long opensAtMillis,
            final long closesAtMillis,
            final int items,
            final int available,
            final int held,
            final int sold,
            final long nowMillis) {
        assert available + held + sold == items : "the figures do not add up";
        final long next = version + 2;
        VERSION.setOpaque(this, next - 1);
        // Nothing below may become visible before the odd version.
        VarHandle.storeStoreFence();
        this.saleId = saleId;
        this.opensAtMillis = opensAtMillis;
        this.closesAtMillis = closesAtMillis;
        total = items;
        this.available = available;
        this.held = held;
        this.sold = sold;
        this.nowMillis = nowMillis;
        VERSION.setRelease(this, next);
    }

    /**
     * Reads all figures of one moment.
     *
     * @param into receives them.
     */
    @SuppressWarnings("ThreadPriorityCheck") // Yielding is a courtesy to a descheduled writer; nothing relies on it.
    public void read(final SaleStatus into) {
        for (int attempt = 1; !tryRead(into); attempt++) {
            if (attempt % SPINS == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    private boolean tryRead(final SaleStatus into) {
        final long before = (long) VERSION.getAcquire(this);
        if ((before & 1) != 0) {
            return false;
        }
        into.saleId = saleId;
        into.opensAtMillis = opensAtMillis;
        into.closesAtMillis = closesAtMillis;
        into.items = total;
        into.available = available;
        into.held = held;
        into.sold = sold;
        into.nowMillis = nowMillis;
        // Nothing above may be read after the version below.
        VarHandle.acquireFence();
        return before == (long) VERSION.getOpaque(this);
    }
}
