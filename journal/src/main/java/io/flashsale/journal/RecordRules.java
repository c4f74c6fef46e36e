package io.flashsale.journal;

import io.flashsale.journal.SegmentChain.Link;

/** What a record with a valid checksum must also satisfy to be the next one. Refuses by exception: each is damage or a bug. */
final class RecordRules {
    private final long journalId;
    private long nextSequence;
    private int crc;

    /** Expects the record that follows a segment's first. */
    RecordRules(final Link link) {
        journalId = link.journalId();
        nextSequence = link.firstSequence();
        crc = link.startCrc();
    }

    long journalId() {
        return journalId;
    }

    long nextSequence() {
        return nextSequence;
    }

    int crc() {
        return crc;
    }

    /** Checks the cursor's record and moves on to expect the one after it. */
    void accept(final RecordCursor cursor) {
        final RecordFlyweight record = cursor.record();
        checkVersion(cursor);
        if (record.journalId() != journalId) {
            throw refused(
                    cursor,
                    "belongs to journal " + Long.toHexString(record.journalId()) + ", not to journal "
                            + Long.toHexString(journalId));
        }
        if (record.firstSequence() != nextSequence) {
            throw refused(
                    cursor, "sequence gap: found sequence " + record.firstSequence() + " in place of " + nextSequence);
        }
        if (record.previousCrc() != crc) {
            throw refused(cursor, "wrong chain: it does not follow the record before it");
        }
        final boolean fits = switch (record.kind()) {
            case BATCH -> record.count() > 0;
            case CLEAN_END -> record.count() == 0;
            case SEGMENT_START -> false;
        };
        if (!fits) {
            throw refused(cursor, "a " + record.kind() + " of " + record.count() + " units cannot stand here");
        }
        nextSequence = record.lastSequence() + 1;
        if (record.kind() == RecordKind.BATCH) {
            // A clean end is no link of the chain: the next segment continues the last batch.
            crc = record.crc();
        }
    }

    static void checkVersion(final RecordCursor cursor) {
        final RecordFlyweight record = cursor.record();
        if (record.version() != RecordFlyweight.VERSION || record.kind() == null) {
            throw new JournalCorruptException(cursor.name() + ", position " + cursor.recordPosition()
                    + ": unknown version or kind of record: version " + record.version()
                    + "; this program reads version " + RecordFlyweight.VERSION);
        }
    }

    private JournalCorruptException refused(final RecordCursor cursor, final String why) {
        return new JournalCorruptException(
                cursor.name() + ", position " + cursor.recordPosition() + ", sequence " + nextSequence + ": " + why);
    }
}
