package io.flashsale.journal;

import io.flashsale.journal.RecordCursor.Found;
import io.flashsale.journal.SegmentChain.Link;
import java.io.IOException;
import java.util.List;

/**
 * Reads a journal, verifies it and decides where it ends. Writes nothing.
 *
 * <p>Which segments count is for {@link SegmentChain}. Each of them is read up to the first sequence of its successor: the
 * cut. The newest is read to its end, wherever that is. The cases, each with a test of its name in
 * {@code JournalRecoveryTest}:
 *
 * <table>
 * <caption>What is found, and what is done</caption>
 * <tr><th>found</th><th>done, and why</th></tr>
 * <tr><td>empty directory</td><td>a new journal</td></tr>
 * <tr><td>clean end</td><td>the journal ends there, all of it durable</td></tr>
 * <tr><td>zero header, nothing behind it</td><td>the journal ends there: nothing more was appended, or nothing more reached
 *     the disk</td></tr>
 * <tr><td>torn tail: a bad record, or a zero header with records behind it, and nothing proves the place durable</td>
 *     <td>cut there, reported in words. Damage to the very last record cannot be told from a torn write</td></tr>
 * <tr><td>bad record or zero header, and a valid record behind it says that it was durable</td><td>refused</td></tr>
 * <tr><td>bad record or zero header, and the segment is shorter than it was filled before its first record</td>
 *     <td>refused: a crash cannot do that, somebody cut it off, and nobody can say what was there</td></tr>
 * <tr><td>bad record or zero header, and a clean end behind it</td><td>refused: a clean end follows a sync</td></tr>
 * <tr><td>bad record or end, and evidence reaches it or beyond</td><td>refused, naming both</td></tr>
 * <tr><td>bad record before a cut that the successor names</td><td>refused: the successor was begun after a sync</td></tr>
 * <tr><td>sequence gap</td><td>refused: records with valid checksums are missing between</td></tr>
 * <tr><td>wrong chain</td><td>refused: a valid record that does not follow the one before it</td></tr>
 * <tr><td>unknown version</td><td>refused: written by a newer program</td></tr>
 * <tr><td>another journal's segment</td><td>refused</td></tr>
 * <tr><td>segment start that cannot be: it continues a segment that is not older, or begins the journal elsewhere than with
 *     sequence 1</td><td>refused: no writer wrote it</td></tr>
 * <tr><td>missing segment</td><td>refused, unless everything before the wanted sequence is missing</td></tr>
 * <tr><td>unfinished start: newest segment without valid first record or copies, and nothing proves that it was ever
 *     complete</td><td>ignored, its cut void; the next start uses a fresh number. However short it is: a start that ended
 *     while it filled the segment leaves any length</td></tr>
 * <tr><td>segment without valid first record or copies that is marked as begun</td><td>refused: it is marked when these were
 *     synced, and what came behind them may have been answered</td></tr>
 * <tr><td>newest segment without valid first record, and a later sequence in it</td><td>refused: entries follow a synced
 *     first record</td></tr>
 * <tr><td>newest segment with a bad copy, and a later sequence in it</td><td>refused: entries follow synced copies</td></tr>
 * </table>
 */
public final class JournalRecovery {
    private final SegmentStorage storage;
    private final long fromSequence;
    private final List<Evidence> evidence;
    private final BatchHandler handler;

    private SegmentChain chain;
    private long records;
    private long commands;
    private long timestampMillis;
    private long position;

    private JournalRecovery(
            final SegmentStorage storage,
            final long fromSequence,
            final List<Evidence> evidence,
            final BatchHandler handler) {
        this.storage = storage;
        this.fromSequence = Math.max(fromSequence, 1);
        this.evidence = List.copyOf(evidence);
        this.handler = handler;
    }

    /**
     * Reads the journal from a sequence to its end. Also beside a running writer, in this process or another: then the end is
     * where the writer was at some moment during the call.
     *
     * @param storage      holding the segments.
     * @param fromSequence first sequence to deliver; segments wholly before it are not read.
     * @param evidence     of what must be there.
     * @param handler      of the entries.
     * @return what was found.
     * @throws JournalCorruptException if durable entries are damaged or missing; some may have been delivered.
     * @throws JournalException        if the storage fails.
     */
    public static Recovered recover(
            final SegmentStorage storage,
            final long fromSequence,
            final List<Evidence> evidence,
            final BatchHandler handler) {
        return new JournalRecovery(storage, fromSequence, evidence, handler).recover();
    }

    private Recovered recover() {
        chain = SegmentChain.load(storage, 0);
        final List<Link> links = chain.links();
        final Recovered recovered = links.isEmpty() ? Recovered.nothing() : walk(links);
        checkUnfinished();
        for (final Evidence proof : evidence) {
            if (proof.sequence() > recovered.lastSequence()) {
                final String where = links.isEmpty()
                        ? "the journal has no segment"
                        : "the journal ends in " + storage.name(recovered.tail().segment()) + ", position "
                                + recovered.tail().end();
                throw new JournalCorruptException(where + ", sequence " + recovered.lastSequence()
                        + describeUnfinished() + ", but " + proof.source() + " proves sequence "
                        + proof.sequence() + " durable");
            }
        }
        return recovered.ignoring(chain.ignored().stream().map(this::ignore).toList());
    }

    private Recovered walk(final List<Link> links) {
        int i = links.size() - 1;
        while (i > 0 && links.get(i).firstSequence() > fromSequence) {
            i--;
        }
        final Link oldest = links.get(i);
        if (oldest.firstSequence() > fromSequence) {
            throw new JournalCorruptException(storage.name(oldest.start().predecessor()) + " is missing: sequence "
                    + fromSequence + " is wanted, but the oldest segment, " + storage.name(oldest.number())
                    + ", begins with sequence " + oldest.firstSequence());
        }
        for (; i < links.size() - 1; i++) {
            walkToCut(links.get(i), links.get(i + 1));
        }
        return walkToEnd(links.get(i));
    }

    private void walkToCut(final Link link, final Link successor) {
        final RecordRules rules = new RecordRules(link);
        try (RecordCursor cursor = new RecordCursor(storage, link.number())) {
            position = link.bodyPosition();
            while (rules.nextSequence() < successor.firstSequence()) {
                final Found found = cursor.next(position);
                if (found != Found.RECORD || cursor.record().kind() == RecordKind.CLEAN_END) {
                    throw new JournalCorruptException(at(cursor, rules) + describe(found) + ", but "
                            + storage.name(successor.number()) + " continues only from sequence "
                            + successor.firstSequence());
                }
                take(cursor, rules);
            }
            if (rules.nextSequence() != successor.firstSequence()
                    || rules.crc() != successor.start().predecessorCrc()) {
                throw new JournalCorruptException(at(cursor, rules) + "wrong chain: "
                        + storage.name(successor.number())
                        + " does not continue this segment's record that ends at sequence "
                        + (successor.firstSequence() - 1));
            }
        }
    }

    private Recovered walkToEnd(final Link link) {
        final RecordRules rules = new RecordRules(link);
        final TailMark mark = new TailMark(link);
        timestampMillis = Math.max(timestampMillis, link.timestampMillis());
        try (RecordCursor cursor = new RecordCursor(storage, link.number())) {
            position = link.bodyPosition();
            String cut = null;
            boolean cleanEnd = false;
            while (!cleanEnd) {
                final Found found = cursor.next(position);
                if (found == Found.RECORD) {
                    mark.beforeRecord(cursor, rules, position);
                    take(cursor, rules);
                    cleanEnd = cursor.record().kind() == RecordKind.CLEAN_END;
                } else {
                    cut = judgeStop(cursor, rules, found);
                    if (cursor.next(position) != Found.RECORD) {
                        break;
                    }
                    // A live writer appended it in between.
                    cut = null;
                }
            }
            for (final Evidence proof : evidence) {
                mark.prove(proof.sequence());
            }
            final Recovered.Tail tail = mark.tail(cursor, rules, position, cleanEnd);
            return new Recovered(
                    link.journalId(),
                    rules.nextSequence() - 1,
                    timestampMillis,
                    records,
                    commands,
                    cleanEnd,
                    cut,
                    List.of(),
                    tail);
        }
    }

    private void take(final RecordCursor cursor, final RecordRules rules) {
        rules.accept(cursor);
        position = cursor.nextPosition();
        if (cursor.record().kind() == RecordKind.BATCH) {
            records++;
            timestampMillis = cursor.record().timestampMillis();
            commands += cursor.deliver(fromSequence, handler);
        }
    }

    /** Refuses if anything proves the stop durable; else says what is cut there, null if nothing is. */
    private String judgeStop(final RecordCursor cursor, final RecordRules rules, final Found found) {
        final long sequence = rules.nextSequence();
        final String where = at(cursor, rules) + describe(found);
        for (final Evidence proof : evidence) {
            if (proof.sequence() >= sequence && cursor.next(position) != Found.RECORD) {
                throw new JournalCorruptException(where + describeUnfinished() + ", but " + proof.source()
                        + " proves sequence " + proof.sequence() + " durable");
            }
        }
        final RawScan scan = new RawScan(cursor);
        final long durable = scan.find(position, r -> r.journalId() == rules.journalId() && provesDurable(r, sequence));
        if (durable >= 0) {
            final String proof = describe(cursor.record()) + " at position " + durable;
            if (cursor.next(position) != Found.RECORD) {
                throw new JournalCorruptException(where + ", but the " + proof + " proves that it was durable");
            }
        }
        final long size = cursor.size();
        if (size < storage.leastBytes() && cursor.next(position) != Found.RECORD) {
            throw new JournalCorruptException(where + ", and the segment has only " + size + " bytes: it was filled to "
                    + storage.leastBytes() + " at least, and was cut off since");
        }
        final long later =
                scan.find(position, r -> r.journalId() == rules.journalId() && r.firstSequence() >= sequence);
        if (later < 0 && found == Found.NOTHING) {
            return null;
        }
        return where + (later < 0 ? "" : ", the " + describe(cursor.record()) + " behind it is dropped")
                + "; nothing proves that it was durable: cut here, the journal ends with sequence " + (sequence - 1);
    }

    private static boolean provesDurable(final RecordFlyweight record, final long sequence) {
        return record.durableThrough() >= sequence
                || (record.kind() == RecordKind.CLEAN_END && record.firstSequence() > sequence);
    }

    /** A segment gets entries, but for copies, only when its first record was synced: then this one is damaged. */
    private void checkUnfinished() {
        for (final long number : chain.withoutStart()) {
            try (RecordCursor cursor = new RecordCursor(storage, number)) {
                final long later = new RawScan(cursor)
                        .find(
                                0,
                                r -> r.kind() == RecordKind.CLEAN_END
                                        || (r.kind() == RecordKind.BATCH && r.durableThrough() > 0));
                if (later >= 0) {
                    final String proof = describe(cursor.record()) + " at position " + later;
                    if (SegmentChain.read(storage, number) == null) {
                        throw new JournalCorruptException(storage.name(number)
                                + ", position 0: its first record is damaged, but the " + proof
                                + " was appended only after it was synced");
                    }
                }
            }
        }
    }

    private String describeUnfinished() {
        final StringBuilder text = new StringBuilder();
        chain.withoutStart()
                .forEach(number -> text.append("; ").append(describe(number)).append("no valid first record"));
        return text.toString();
    }

    private String ignore(final long number) {
        return describe(number)
                + (chain.withoutStart().contains(number) ? "no valid first record" : "not all of its copies")
                + ", and nothing says that it had been begun: ignored as an unfinished start";
    }

    private String describe(final long number) {
        try {
            return storage.name(number) + " has " + storage.bytes(number) + " bytes and ";
        } catch (final IOException e) {
            throw new JournalException(storage.name(number) + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static String describe(final RecordFlyweight record) {
        return record.kind() == RecordKind.CLEAN_END
                ? "clean end after sequence " + record.lastSequence()
                : "record of sequences " + record.firstSequence() + " to " + record.lastSequence();
    }

    private static String at(final RecordCursor cursor, final RecordRules rules) {
        return cursor.name() + ", position " + cursor.recordPosition() + ", sequence " + rules.nextSequence() + ": ";
    }

    private static String describe(final Found found) {
        return found == Found.NOTHING ? "nothing is written here" : "the record is damaged";
    }
}
