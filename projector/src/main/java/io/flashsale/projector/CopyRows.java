package io.flashsale.projector;

import de.bytefish.pgbulkinsert.pgsql.PgBinaryWriter;
import de.bytefish.pgbulkinsert.pgsql.handlers.ByteArrayValueHandler;
import de.bytefish.pgbulkinsert.pgsql.handlers.UUIDValueHandler;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.UUID;

/**
 * Rows of one table in PostgreSQL's binary COPY format, kept in memory so that they can be sent again until their
 * transaction is known to be committed. Columns are written in the table's order by whoever calls.
 *
 * <p>For one thread. The memory is kept from batch to batch.
 */
final class CopyRows {
    private static final int WRITER_BUFFER = 8 * 1024;
    private static final int CHUNK = 64 * 1024;

    private final ByteArrayValueHandler bytesHandler = new ByteArrayValueHandler();
    private final UUIDValueHandler uuidHandler = new UUIDValueHandler();
    private final Memory memory = new Memory();
    private PgBinaryWriter writer;
    private int rows;
    private boolean sealed;

    /** Forgets the rows. */
    void clear() {
        memory.length = 0;
        writer = null;
        rows = 0;
        sealed = false;
    }

    int rows() {
        return rows;
    }

    /** Whether they were sent: then they can be sent again, and no other can be added. */
    boolean isSealed() {
        return sealed;
    }

    CopyRows startRow(final int columns) {
        if (sealed) {
            throw new IllegalStateException("rows added to a batch that was already written");
        }
        if (writer == null) {
            writer = new PgBinaryWriter(memory, WRITER_BUFFER);
        }
        writer.startRow(columns);
        rows++;
        return this;
    }

    CopyRows bigint(final long value) {
        writer.writeLong(value);
        return this;
    }

    CopyRows integer(final int value) {
        writer.writeInt(value);
        return this;
    }

    CopyRows bool(final boolean value) {
        writer.writeBoolean(value);
        return this;
    }

    CopyRows time(final long epochMillis) {
        writer.writeLong(PgTime.micros(epochMillis));
        return this;
    }

    CopyRows text(final String value) {
        return text(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Text or the name of an enum's value: both travel as their characters. */
    CopyRows text(final byte[] utf8) {
        writer.write(bytesHandler, utf8);
        return this;
    }

    CopyRows uuid(final long high, final long low) {
        writer.write(uuidHandler, new UUID(high, low));
        return this;
    }

    CopyRows none() {
        writer.writeNull();
        return this;
    }

    /**
     * Sends the rows; they stay.
     *
     * @param session within a transaction.
     * @param table   that the rows are of.
     * @throws SQLException if the database refused or is away.
     */
    void send(final ProjectionSession session, final ProjectionSession.Table table) throws SQLException {
        if (rows == 0) {
            return;
        }
        if (!sealed) {
            writer.close();
            sealed = true;
        }
        final long taken = session.copy(table, memory.bytes, memory.length);
        if (taken != rows) {
            throw new ProjectionException("PostgreSQL took " + taken + " of " + rows + " rows: " + table);
        }
    }

    /** Bytes that grow and can be used again, which {@link java.io.ByteArrayOutputStream} cannot without a copy. */
    private static final class Memory extends OutputStream {
        private byte[] bytes = new byte[CHUNK];
        private int length;

        @Override
        public void write(final int value) {
            ensure(1);
            bytes[length++] = (byte) value;
        }

        @Override
        public void write(final byte[] source, final int offset, final int count) {
            ensure(count);
            System.arraycopy(source, offset, bytes, length, count);
            length += count;
        }

        private void ensure(final int more) {
            if (bytes.length - length < more) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, more)));
            }
        }
    }
}
