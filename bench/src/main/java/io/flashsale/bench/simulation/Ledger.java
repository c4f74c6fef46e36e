package io.flashsale.bench.simulation;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * What the service has decided, by sequence, and which of it clients were told. A replay must say the same of every command
 * that is still there. For one thread.
 */
final class Ledger {
    /** One decided command. */
    static final class Entry {
        final byte[] command;
        final long timestampMillis;
        final Outcome outcome;
        final long codeHigh;
        final long codeLow;
        final long expiresAt;

        private Entry(
                final byte[] command,
                final long timestampMillis,
                final Outcome outcome,
                final long codeHigh,
                final long codeLow,
                final long expiresAt) {
            this.command = command;
            this.timestampMillis = timestampMillis;
            this.outcome = outcome;
            this.codeHigh = codeHigh;
            this.codeLow = codeLow;
            this.expiresAt = expiresAt;
        }

        boolean isSame(final Entry other) {
            return Arrays.equals(command, other.command)
                    && timestampMillis == other.timestampMillis
                    && outcome == other.outcome
                    && codeHigh == other.codeHigh
                    && codeLow == other.codeLow
                    && expiresAt == other.expiresAt;
        }

        @Override
        public String toString() {
            return outcome + " at " + timestampMillis + " " + Long.toHexString(codeHigh) + " "
                    + Long.toHexString(codeLow) + " " + expiresAt + " of " + Arrays.toString(command);
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private long answeredThrough;

    static Entry entry(
            final DirectBuffer buffer,
            final int offset,
            final long timestampMillis,
            final Outcome outcome,
            final long codeHigh,
            final long codeLow,
            final long expiresAt) {
        final byte[] command = new byte[CommandFlyweight.LENGTH];
        buffer.getBytes(offset, command);
        return new Entry(command, timestampMillis, outcome, codeHigh, codeLow, expiresAt);
    }

    long last() {
        return entries.size();
    }

    Entry get(final long sequence) {
        return entries.get((int) sequence - 1);
    }

    void decided(final long sequence, final Entry entry) {
        Violation.same(last() + 1, sequence, "sequence decided");
        entries.add(entry);
    }

    /** The next one, or one that was decided before and must not have changed. */
    void replayed(final long sequence, final Entry entry) {
        if (sequence > last()) {
            decided(sequence, entry);
        } else if (!entry.isSame(get(sequence))) {
            throw new Violation("sequence " + sequence + " is replayed as " + entry + ", was " + get(sequence));
        }
    }

    void answered(final long sequence, final Outcome outcome) {
        Violation.check(get(sequence).outcome == outcome, "sequence " + sequence + " answered with " + outcome);
        answeredThrough = Math.max(answeredThrough, sequence);
    }

    long answeredThrough() {
        return answeredThrough;
    }

    /** What a power loss took away, none of it promised. */
    void truncate(final long last) {
        while (last() > last) {
            entries.remove(entries.size() - 1);
        }
        answeredThrough = Math.min(answeredThrough, last);
    }
}
