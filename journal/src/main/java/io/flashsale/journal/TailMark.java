package io.flashsale.journal;

import io.flashsale.journal.RecordCursor.Found;
import io.flashsale.journal.SegmentChain.Link;

/**
 * Finds how far the newest segment is proven durable, at the end of a record, without keeping every record's position: it
 * follows the proof in steps while the segment is walked, and walks the last stretch once more.
 */
final class TailMark {
    private final Link link;
    private boolean started;
    private long provenThrough;
    private long knownLast;
    private int knownCrc;
    private long knownPosition;
    private long candidateLast;
    private int candidateCrc;
    private long candidatePosition;

    TailMark(final Link link) {
        this.link = link;
        provenThrough = link.start().predecessorLast();
        knownLast = link.start().predecessorLast();
        knownCrc = link.startCrc();
        knownPosition = link.bodyPosition();
        candidateLast = knownLast;
        candidateCrc = knownCrc;
        candidatePosition = knownPosition;
    }

    /** Called with every record, before the rules accept it: they then hold the record before, which ends at {@code end}. */
    void beforeRecord(final RecordCursor cursor, final RecordRules rules, final long end) {
        final RecordFlyweight record = cursor.record();
        if (record.kind() == RecordKind.CLEAN_END
                || record.lastSequence() > link.start().copiedThrough()) {
            // The copies, and the segment's first record, were synced before this one was appended.
            started = true;
            prove(link.start().copiedThrough());
        }
        prove(record.durableThrough());
        final long last = rules.nextSequence() - 1;
        if (last <= provenThrough) {
            know(last, rules.crc(), end);
        } else if (candidateLast <= provenThrough) {
            know(candidateLast, candidateCrc, candidatePosition);
            candidateLast = last;
            candidateCrc = rules.crc();
            candidatePosition = end;
        }
    }

    private void know(final long last, final int crc, final long position) {
        if (last >= knownLast) {
            knownLast = last;
            knownCrc = crc;
            knownPosition = position;
        }
    }

    void prove(final long sequence) {
        provenThrough = Math.max(provenThrough, sequence);
    }

    Recovered.Tail tail(final RecordCursor cursor, final RecordRules rules, final long end, final boolean cleanEnd) {
        if (!started) {
            return new Recovered.Tail(
                    link.number(),
                    end,
                    link.start().predecessor(),
                    link.start().predecessorLast(),
                    link.start().predecessorCrc(),
                    link.bodyPosition());
        }
        if (cleanEnd) {
            return new Recovered.Tail(link.number(), end, link.number(), rules.nextSequence() - 1, rules.crc(), end);
        }
        while (knownPosition < end
                && cursor.next(knownPosition) == Found.RECORD
                && cursor.record().lastSequence() <= provenThrough) {
            know(cursor.record().lastSequence(), cursor.record().crc(), cursor.nextPosition());
        }
        return new Recovered.Tail(link.number(), end, link.number(), knownLast, knownCrc, knownPosition);
    }
}
