package io.flashsale.bench.history;

import io.flashsale.bench.load.AnswerOutcome;
import io.flashsale.bench.load.RequestKind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads a history file as a whole. */
final class HistoryReader {
    private static final int BUFFER = 1 << 20;

    /** A file's content. */
    record History(HistorySetup setup, List<HistoryEvent> events) {}

    private HistoryReader() {}

    /**
     * Reads.
     *
     * @throws IOException if it cannot be read, is no history, or did not end in order.
     */
    static History read(final Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            final ByteBuffer header =
                    ByteBuffer.wrap(in.readNBytes(HistoryFormat.HEADER_LENGTH)).order(ByteOrder.LITTLE_ENDIAN);
            if (header.remaining() < HistoryFormat.HEADER_LENGTH || header.getLong() != HistoryFormat.MAGIC) {
                throw new IOException(file + " is not a history of a load");
            }
            final HistorySetup setup = new HistorySetup(
                    header.getInt(),
                    header.getInt(),
                    header.getLong(),
                    header.getLong(),
                    header.getLong(),
                    header.getLong(),
                    header.getLong());
            return new History(setup, events(file, in, setup));
        } catch (final IllegalArgumentException e) {
            throw new IOException(file + " is damaged: " + e.getMessage(), e);
        }
    }

    private static List<HistoryEvent> events(final Path file, final InputStream in, final HistorySetup setup)
            throws IOException {
        final List<HistoryEvent> events = new ArrayList<>();
        final byte[] bytes = new byte[HistoryFormat.RECORD_LENGTH];
        final ByteBuffer record = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (in.readNBytes(bytes, 0, bytes.length) == bytes.length) {
            if (record.getLong(HistoryFormat.SENT) == HistoryFormat.END) {
                if (in.read() >= 0) {
                    throw new IOException(file + " goes on after its end mark");
                }
                return events;
            }
            events.add(event(record, setup));
        }
        throw new IOException(file + " has no end mark: requests may be missing, so nothing can be concluded from it");
    }

    private static HistoryEvent event(final ByteBuffer record, final HistorySetup setup) {
        final long high = record.getLong(HistoryFormat.CODE_HIGH);
        final long low = record.getLong(HistoryFormat.CODE_LOW);
        final long sent = record.getLong(HistoryFormat.SENT);
        final long received = record.getLong(HistoryFormat.RECEIVED);
        return new HistoryEvent(
                RequestKind.of(record.get(HistoryFormat.KIND)),
                record.getLong(HistoryFormat.USER),
                record.getInt(HistoryFormat.ITEM),
                high == 0 && low == 0 ? null : new UUID(high, low),
                record.getLong(HistoryFormat.KEY),
                setup.millis(sent),
                setup.millis(received),
                sent,
                received,
                record.getShort(HistoryFormat.STATUS),
                AnswerOutcome.of(record.get(HistoryFormat.OUTCOME)),
                record.getLong(HistoryFormat.SEQUENCE));
    }
}
