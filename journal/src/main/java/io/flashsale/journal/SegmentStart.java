package io.flashsale.journal;

/**
 * What the first record of a segment says.
 *
 * @param segment         number of the segment, 1 or more, never used twice.
 * @param predecessor     number of the segment that it continues, 0 for none.
 * @param predecessorLast the cut: last sequence of the predecessor that counts; the segment begins with the next.
 * @param predecessorCrc  CRC of the predecessor's record that ends at the cut.
 * @param copiedThrough   last sequence that was copied from beyond the cut; the cut itself if nothing was.
 * @param createdMillis   when the segment was begun, epoch milliseconds.
 */
record SegmentStart(
        long segment,
        long predecessor,
        long predecessorLast,
        int predecessorCrc,
        long copiedThrough,
        long createdMillis) {
    /** Sequence of the first entry that this segment holds or will hold. */
    long firstSequence() {
        return predecessorLast + 1;
    }

    /** Whether a writer can have meant it: a segment continues an older one, or begins the journal with sequence 1. */
    boolean isPossible() {
        return predecessor >= 0
                && predecessor < segment
                && predecessorLast >= 0
                && firstSequence() > 0
                && copiedThrough >= predecessorLast
                && (predecessor > 0 || predecessorLast == 0);
    }
}
