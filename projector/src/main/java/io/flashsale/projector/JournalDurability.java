package io.flashsale.projector;

import io.flashsale.journal.JournalReader;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.SegmentStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the journal durable before anything derived from it is. The journal's tail can be read before it is synced: rows
 * committed from it would outlive a power loss that the journal itself does not.
 */
@FunctionalInterface
public interface JournalDurability {
    /**
     * Returns once the journal is on stable storage through a sequence.
     *
     * @param sequence that was read from the journal, by a reader made here.
     * @throws RuntimeException if that failed: it must not be tried again.
     */
    void makeDurable(long sequence);

    /**
     * Reads what can be made durable.
     *
     * @param storage      of the journal.
     * @param fromSequence first sequence to deliver.
     * @return a new reader.
     */
    default JournalReader reader(final SegmentStorage storage, final long fromSequence) {
        return new JournalReader(storage, fromSequence, List.of());
    }

    /**
     * In the process that writes the journal, also when the writer is closed: a projector that catches up during a stop
     * commits what the writer has synced before.
     *
     * @param writer of the journal.
     * @return a new instance; any thread may use it.
     */
    static JournalDurability of(final JournalWriter writer) {
        return writer::makeDurable;
    }

    /**
     * In any other process: only what the journal itself, or the mark, proves durable is read, and so nothing is left to do. A
     * sync of this process's own would prove nothing after one that failed in the writer's: the kernel tells each failure once.
     *
     * @param mark file of the {@link ProjectionMark}.
     * @return a new instance; any thread may use it.
     */
    static JournalDurability provenByJournal(final Path mark) {
        return new JournalDurability() {
            @Override
            public void makeDurable(final long sequence) {
                // It was proven before it was delivered.
            }

            @Override
            public JournalReader reader(final SegmentStorage storage, final long fromSequence) {
                try {
                    return JournalReader.ofDurable(storage, fromSequence, ProjectionMark.evidence(mark, storage));
                } catch (final IOException e) {
                    throw new ProjectionException(mark + " cannot be read: " + DatabaseErrors.line(e), e);
                }
            }
        };
    }
}
