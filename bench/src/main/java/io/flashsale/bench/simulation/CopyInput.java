package io.flashsale.bench.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads PostgreSQL's binary COPY format, as the server would. For one thread. */
final class CopyInput {
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0};
    private static final long EPOCH_MILLIS = 946_684_800_000L;

    private final ByteBuffer bytes;

    CopyInput(final byte[] source, final int length) {
        bytes = ByteBuffer.wrap(source, 0, length);
        for (final byte expected : SIGNATURE) {
            Violation.check(bytes.get() == expected, "no binary COPY");
        }
        Violation.same(0, bytes.getInt(), "flags of a COPY");
        Violation.same(0, bytes.getInt(), "header extension of a COPY");
    }

    /** Goes to the next row; false behind the last. */
    boolean nextRow(final int columns) {
        final int found = bytes.getShort();
        if (found == -1) {
            Violation.same(0, bytes.remaining(), "bytes behind a COPY's end");
            return false;
        }
        Violation.same(columns, found, "columns of a COPY");
        return true;
    }

    private boolean isNull(final int length) {
        final int found = bytes.getInt();
        Violation.check(found == -1 || found == length, "a field of " + found + " bytes, not " + length);
        return found == -1;
    }

    long bigint() {
        Violation.check(!isNull(Long.BYTES), "null");
        return bytes.getLong();
    }

    int integer() {
        Violation.check(!isNull(Integer.BYTES), "null");
        return bytes.getInt();
    }

    boolean bool() {
        Violation.check(!isNull(1), "null");
        return bytes.get() != 0;
    }

    /** Epoch milliseconds. */
    long time() {
        if (isNull(Long.BYTES)) {
            return DatabaseTables.NEVER;
        }
        final long micros = bytes.getLong();
        Violation.same(0, Math.floorMod(micros, 1_000L), "microseconds");
        return Math.floorDiv(micros, 1_000L) + EPOCH_MILLIS;
    }

    String text() {
        final byte[] characters = new byte[bytes.getInt()];
        bytes.get(characters);
        return new String(characters, StandardCharsets.UTF_8);
    }

    /** Both halves of a UUID, zeros for null. */
    long[] uuid() {
        return isNull(2 * Long.BYTES) ? new long[2] : new long[] {bytes.getLong(), bytes.getLong()};
    }
}
