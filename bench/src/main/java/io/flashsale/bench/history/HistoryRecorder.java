package io.flashsale.bench.history;

import io.flashsale.bench.load.AnswerOutcome;
import io.flashsale.bench.load.Exchange;
import io.flashsale.bench.load.ExchangeListener;
import io.flashsale.bench.load.RequestKind;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes every request and its answer to a file, for {@link HistoryCheck}. Reads are left out, since nothing is decided.
 *
 * <p>A request is recorded when it has ended; {@link #finish()} says that none is missing, so it is called after the last
 * one. Several loads may share a recorder, one after the other or at once, across restarts of the service. Any thread;
 * a full disk ends the load with {@link UncheckedIOException}.
 */
public final class HistoryRecorder implements ExchangeListener, Closeable {
    private static final int BUFFERED = 4_096;

    private final FileChannel channel;
    private long recorded;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(BUFFERED * HistoryFormat.RECORD_LENGTH).order(ByteOrder.LITTLE_ENDIAN);

    /**
     * Begins a file; one that exists is overwritten.
     *
     * @param file  to write.
     * @param setup what is known of the service.
     * @throws IOException if it cannot be written.
     */
    public HistoryRecorder(final Path file, final HistorySetup setup) throws IOException {
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        buffer.putLong(HistoryFormat.MAGIC)
                .putInt(setup.items())
                .putInt(setup.userLimit())
                .putLong(setup.holdMillis())
                .putLong(setup.saleMillis())
                .putLong(setup.untouchedSale())
                .putLong(setup.anchorNanos())
                .putLong(setup.anchorMillis());
        buffer.position(HistoryFormat.HEADER_LENGTH);
    }

    @Override
    public void ended(final Exchange exchange) {
        if (exchange.kind() == RequestKind.READ) {
            return;
        }
        // A checkout has a code only once it is accepted; what a repeat hopes for is not what it got.
        final boolean hasCode = exchange.kind() != RequestKind.CHECKOUT || exchange.outcome() == AnswerOutcome.RESERVED;
        record(
                exchange.kind(),
                exchange.user(),
                exchange.item(),
                hasCode ? new UUID(exchange.codeHigh(), exchange.codeLow()) : null,
                exchange.key(),
                exchange.sentAt(),
                exchange.receivedAt(),
                exchange.status(),
                exchange.outcome(),
                exchange.sequence());
    }

    /** Records a request of a client that is not the load generator; the parameters are a {@link HistoryEvent}'s. */
    public synchronized void record(
            final RequestKind kind,
            final long user,
            final int item,
            final UUID code,
            final long key,
            final long sentNanos,
            final long gotNanos,
            final int status,
            final AnswerOutcome outcome,
            final long sequence) {
        if (buffer.remaining() < HistoryFormat.RECORD_LENGTH) {
            write();
        }
        buffer.putLong(sentNanos)
                .putLong(gotNanos)
                .putLong(sequence)
                .putLong(user)
                .putLong(code == null ? 0 : code.getMostSignificantBits())
                .putLong(code == null ? 0 : code.getLeastSignificantBits())
                .putLong(key)
                .putInt(item)
                .putShort((short) status)
                .put(kind.code())
                .put(outcome.code());
        recorded++;
    }

    /** Requests recorded so far. */
    public synchronized long recorded() {
        return recorded;
    }

    /** Says that every request that was sent has been recorded. A file without this is refused by the check. */
    public synchronized void finish() {
        record(RequestKind.READ, 0, 0, null, 0, HistoryFormat.END, 0, 0, AnswerOutcome.READ, 0);
        write();
    }

    private void write() {
        buffer.flip();
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException("the history cannot be written", e);
        }
        buffer.clear();
    }

    /** Writes what is buffered and closes the file. */
    @Override
    public synchronized void close() throws IOException {
        if (channel.isOpen()) {
            try (channel) {
                write();
            }
        }
    }
}
