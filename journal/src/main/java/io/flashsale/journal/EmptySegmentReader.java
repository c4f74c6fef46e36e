package io.flashsale.journal;

import java.nio.ByteBuffer;

/** A segment whose directory exists and whose data file does not. */
final class EmptySegmentReader implements SegmentReader {
    @Override
    public long size() {
        return 0;
    }

    @Override
    public int read(final long position, final ByteBuffer target) {
        return 0;
    }

    @Override
    public long nextFrame(final long position) {
        return -1;
    }

    @Override
    public void close() {}
}
