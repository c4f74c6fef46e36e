package io.flashsale.projector;

import io.flashsale.journal.JournalWriter;

/**
 * Makes the journal durable before anything derived from it is. The journal's tail can be read before it is synced: rows
 * committed from it would outlive a power loss that the journal itself does not.
 */
@FunctionalInterface
public interface JournalDurability {
    /**
     * Returns once the journal is on stable storage through a sequence.
     *
     * @param sequence that was read from the journal.
     * @throws RuntimeException if that failed: it must not be tried again.
     */
    void makeDurable(long sequence);

    /**
     * In the process that writes the journal, also when the writer is closed: a projector that catches up during a stop
     * commits what the writer has synced before.
     *
     * @param writer of the journal.
     * @return a new instance; any thread may use it.
     */
    static JournalDurability of(final JournalWriter writer) {
        return sequence -> {
            if (writer.durableSequence() < sequence) {
                writer.makeDurable(sequence);
            }
        };
    }
}
