package io.flashsale.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;

/** Looks for records in the raw bytes, without trusting any frame: what a stop may hide. */
final class RawScan {
    private static final int WINDOW_BYTES = 512 * 1024;
    private static final int STEP = 4;

    /** Says whether a record that was found proves what is asked. */
    @FunctionalInterface
    interface Proof {
        boolean test(RecordFlyweight record);
    }

    private final RecordCursor cursor;
    private final ByteBuffer window;

    RawScan(final RecordCursor cursor) {
        this.cursor = cursor;
        window =
                ByteBuffer.allocate((int) Math.min(WINDOW_BYTES, cursor.size())).order(LITTLE_ENDIAN);
    }

    /**
     * Scans from a position, four-byte aligned, to the end of the filled space.
     *
     * @return position of the first valid record that proves it, which the cursor then holds; -1 if there is none.
     */
    long find(final long position, final Proof proof) {
        final long size = cursor.size();
        long at = ChronicleFraming.align(position);
        while (at + RecordFlyweight.HEADER_LENGTH <= size) {
            final int length = cursor.read(at, window.clear());
            int i = 0;
            while (i + Long.BYTES <= length) {
                if (window.getLong(i) == RecordFlyweight.MAGIC && cursor.readAt(at + i)) {
                    if (proof.test(cursor.record())) {
                        return at + i;
                    }
                    // The record lies behind: go on after it, even where that is beyond the window.
                    i += (int) ChronicleFraming.align(cursor.record().length());
                } else {
                    i += STEP;
                }
            }
            if (length < window.capacity()) {
                return -1;
            }
            at += i;
        }
        return -1;
    }
}
