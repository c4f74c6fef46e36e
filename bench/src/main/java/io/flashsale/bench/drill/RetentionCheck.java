package io.flashsale.bench.drill;

import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalSegments;
import io.flashsale.journal.JournalSegments.Segment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Which segments a journal has let go. A segment must be gone once its successor is old enough; its rows and a snapshot were
 * there long before.
 *
 * @param deleted before the oldest that is kept.
 * @param kept    segments.
 * @param overdue segments that should have been deleted.
 * @param latest  age of its successor at which a segment must be gone.
 */
record RetentionCheck(long deleted, int kept, long overdue, Duration latest) {
    /** The service tidies up once a minute; the rest is for a slow machine and for the end of the day. */
    private static final Duration TIDYING = Duration.ofMinutes(2);

    static RetentionCheck of(final Path journal, final Duration retain) {
        final Duration latest = retain.plus(TIDYING);
        final List<Segment> segments =
                JournalSegments.of(new ChronicleSegmentStorage(journal)).segments();
        final long now = System.currentTimeMillis();
        final long overdue = segments.stream()
                .skip(1)
                .filter(successor -> now - successor.createdMillis() > latest.toMillis())
                .count();
        return new RetentionCheck(segments.get(0).number() - 1, segments.size(), overdue, latest);
    }

    /** Notes the result, unless the journal was written for so short a time that nothing had to go. */
    void addTo(final DrillTable table, final Duration written) {
        DrillFailedException.require(overdue == 0, "segments are kept beyond their time: " + this);
        if (written.compareTo(latest) < 0) {
            table.add("retention", DrillTable.Result.SKIPPED, "the day was too short; " + this);
            return;
        }
        DrillFailedException.require(deleted > 0, "no segment was deleted: " + this);
        table.add("retention", DrillTable.Result.PASSED, toString());
    }

    @Override
    public String toString() {
        return deleted + " segments deleted, " + kept + " kept, " + overdue + " of them overdue";
    }
}
