package io.flashsale.bench.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The answered commands of a history in the order of their Sale-Sequence, and between which moments each was decided:
 * not before it or any earlier one was sent, not after it or any later one was answered.
 */
final class HistoryOrder {
    private final List<HistoryEvent> events = new ArrayList<>();
    private final long[] from;
    private final long[] to;

    HistoryOrder(final List<HistoryEvent> all, final HistoryFindings findings) {
        for (final HistoryEvent event : all) {
            if (event.isDecided() && event.sequence() < 0) {
                findings.violation("no Sale-Sequence: " + event);
            } else if (event.isDecided()) {
                events.add(event);
            }
        }
        events.sort(Comparator.comparingLong(HistoryEvent::sequence));
        requireOrder(findings);
        from = new long[events.size()];
        to = new long[events.size()];
        long latest = Long.MIN_VALUE;
        for (int i = 0; i < from.length; i++) {
            latest = Math.max(latest, events.get(i).sentAt());
            from[i] = latest;
        }
        long earliest = Long.MAX_VALUE;
        for (int i = to.length - 1; i >= 0; i--) {
            earliest = Math.min(earliest, events.get(i).receivedAt());
            // Against real time, which has been reported: from here on anything goes.
            to[i] = Math.max(earliest, from[i]);
        }
    }

    /** No place twice; nothing decided before it was asked, in view of what was answered before. */
    private void requireOrder(final HistoryFindings findings) {
        HistoryEvent lastSent = null;
        for (int i = 0; i < events.size(); i++) {
            final HistoryEvent event = events.get(i);
            if (i > 0 && events.get(i - 1).sequence() == event.sequence()) {
                findings.violation("one Sale-Sequence for two answers: " + events.get(i - 1) + "; " + event);
            }
            // The clock's reading may be one and the same, when a request is sent right after an answer was read.
            if (lastSent != null && event.gotNanos() < lastSent.sentNanos()) {
                findings.violation(
                        "Sale-Sequence against real time: " + event + " was answered before " + lastSent + " was sent");
            }
            if (lastSent == null || event.sentNanos() > lastSent.sentNanos()) {
                lastSent = event;
            }
        }
    }

    int size() {
        return events.size();
    }

    HistoryEvent event(final int i) {
        return events.get(i);
    }

    ServiceTime time(final int i, final HistorySetup setup, final long tolerance) {
        return new ServiceTime(from[i], to[i], setup, tolerance);
    }
}
