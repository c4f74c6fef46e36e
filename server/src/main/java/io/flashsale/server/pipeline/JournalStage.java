package io.flashsale.server.pipeline;

import io.flashsale.journal.JournalWriter;

/**
 * Stamps a batch with the time and appends it to the journal. One clock reading and, unless the ring wraps or the batch
 * is longer than a record, one record serve the whole batch.
 */
final class JournalStage implements Stage {
    private final CommandRing ring;
    private final JournalWriter journal;
    private final SaleClock clock;

    JournalStage(final CommandRing ring, final JournalWriter journal, final SaleClock clock) {
        this.ring = ring;
        this.journal = journal;
        this.clock = clock;
    }

    @Override
    public void onBatch(final long first, final long last) {
        final long timestampMillis = clock.read();
        long next = first;
        while (next <= last) {
            final int count = (int) Math.min(last - next + 1, Math.min(ring.contiguous(next), journal.maxBatch()));
            journal.append(ring.commands(), ring.offset(next), count, timestampMillis);
            next += count;
        }
        for (long sequence = first; sequence <= last; sequence++) {
            ring.slot(sequence).timestampMillis = timestampMillis;
        }
    }
}
