package io.flashsale.journal;

import java.util.List;

/**
 * What {@link JournalRecovery} found.
 *
 * @param journalId           0 if there is no journal yet.
 * @param lastSequence        of the last entry, 0 if there is none.
 * @param lastTimestampMillis of the last batch, 0 if there is none.
 * @param records             batches that were read, including those before the wanted sequence.
 * @param commands            entries that were delivered.
 * @param cleanEnd            true if the journal was closed in order.
 * @param cutReport           says in words what was cut off, or null if nothing was.
 * @param unfinished          says in words, segment by segment, what was ignored as an unfinished start.
 * @param tail                what the writer needs to continue.
 */
public record Recovered(
        long journalId,
        long lastSequence,
        long lastTimestampMillis,
        long records,
        long commands,
        boolean cleanEnd,
        String cutReport,
        List<String> unfinished,
        Tail tail) {
    /** Copies. */
    public Recovered {
        unfinished = List.copyOf(unfinished);
    }

    /**
     * Where the next segment connects. Beyond {@code provenLast} nothing proves the entries durable.
     *
     * @param segment        newest segment, 0 for none.
     * @param end            position behind its last record.
     * @param provenSegment  segment that holds the last proven entry: the newest, or its predecessor if nothing proves that
     *                       the newest was ever completely started; 0 for none.
     * @param provenLast     last sequence proven durable, at the end of a record.
     * @param provenCrc      CRC of that record.
     * @param unprovenAt     position in the newest segment from where records are to be copied.
     */
    public record Tail(long segment, long end, long provenSegment, long provenLast, int provenCrc, long unprovenAt) {}

    Recovered ignoring(final List<String> segments) {
        return new Recovered(
                journalId, lastSequence, lastTimestampMillis, records, commands, cleanEnd, cutReport, segments, tail);
    }

    /**
     * What an empty directory gives.
     *
     * @return a journal that does not exist yet.
     */
    static Recovered nothing() {
        return new Recovered(0, 0, 0, 0, 0, false, null, List.of(), new Tail(0, 0, 0, 0, 0, 0));
    }
}
