package io.flashsale.transport;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;

/** Makes every buffer on the heap, and knows how many are not released. For one thread. */
final class CountingAllocator extends AbstractByteBufAllocator {
    private int live;

    CountingAllocator() {
        super(false);
    }

    /** Buffers that were made and not released. */
    int live() {
        return live;
    }

    @Override
    protected ByteBuf newHeapBuffer(final int initialCapacity, final int maxCapacity) {
        return new Counted(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(final int initialCapacity, final int maxCapacity) {
        return new Counted(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    private final class Counted extends UnpooledHeapByteBuf {
        Counted(final int initialCapacity, final int maxCapacity) {
            super(CountingAllocator.this, initialCapacity, maxCapacity);
            live++;
        }

        @Override
        protected void deallocate() {
            live--;
            super.deallocate();
        }
    }
}
