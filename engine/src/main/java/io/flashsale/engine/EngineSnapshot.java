package io.flashsale.engine;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Turns an engine into bytes and back: bytes in, bytes out, no files. Little-endian, documented in {@code schema} with a
 * worked example.
 *
 * <p>An item that is available is not written: it has no past that matters. Sold items come in order of item, then held
 * ones in order of expiry. A snapshot ends with the state hash, which {@link #decode} computes again from what it read,
 * and with a CRC32C, which finds what broke on the way.
 */
public final class EngineSnapshot {
    private static final long MAGIC = 0x31_50_41_4E_53_4C_53_46L; // "FSLSNAP1" as bytes
    private static final int VERSION = 1;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = MAGIC_OFFSET + Long.BYTES;
    private static final int BOOKS_OFFSET = VERSION_OFFSET + Integer.BYTES;
    private static final int LENGTH_OFFSET = BOOKS_OFFSET + Integer.BYTES;
    private static final int SEQUENCE_OFFSET = LENGTH_OFFSET + Long.BYTES;
    private static final int NOW_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
    private static final int CHECKPOINT_SEQUENCE_OFFSET = NOW_OFFSET + Long.BYTES;
    private static final int CHECKPOINT_HASH_OFFSET = CHECKPOINT_SEQUENCE_OFFSET + Long.BYTES;
    private static final int PENDING_RULES_OFFSET = CHECKPOINT_HASH_OFFSET + Long.BYTES;
    private static final int RULES_LENGTH = 32;
    private static final int HEADER_LENGTH = PENDING_RULES_OFFSET + RULES_LENGTH;

    private static final int BOOK_OPENS_AT_OFFSET = 0;
    private static final int BOOK_CLOSES_AT_OFFSET = BOOK_OPENS_AT_OFFSET + Long.BYTES;
    private static final int BOOK_SOLD_OFFSET = BOOK_CLOSES_AT_OFFSET + Long.BYTES;
    private static final int BOOK_HELD_OFFSET = BOOK_SOLD_OFFSET + Integer.BYTES;
    private static final int BOOK_RULES_OFFSET = BOOK_HELD_OFFSET + Integer.BYTES;
    private static final int BOOK_HEADER_LENGTH = BOOK_RULES_OFFSET + RULES_LENGTH;

    private static final int ITEM_OFFSET = 0;
    private static final int ITEM_USER_OFFSET = ITEM_OFFSET + Long.BYTES;
    private static final int ITEM_NONCE_OFFSET = ITEM_USER_OFFSET + Long.BYTES;
    private static final int ITEM_CHECKOUT_KEY_OFFSET = ITEM_NONCE_OFFSET + Long.BYTES;
    private static final int ITEM_PURCHASE_KEY_OFFSET = ITEM_CHECKOUT_KEY_OFFSET + Long.BYTES;
    private static final int ITEM_EXPIRES_AT_OFFSET = ITEM_PURCHASE_KEY_OFFSET + Long.BYTES;
    private static final int ITEM_SEQUENCE_OFFSET = ITEM_EXPIRES_AT_OFFSET + Long.BYTES;
    private static final int ITEM_LENGTH = ITEM_SEQUENCE_OFFSET + Long.BYTES;

    private static final int TRAILER_LENGTH = 16;

    private EngineSnapshot() {}

    /**
     * How long the snapshot of an engine is.
     *
     * @param engine in any state.
     * @return bytes that {@link #encode} will write.
     */
    public static int length(final SaleEngine engine) {
        return HEADER_LENGTH + length(engine.openBook()) + length(engine.closingBook()) + TRAILER_LENGTH;
    }

    private static int length(final SaleBook book) {
        return book == null ? 0 : BOOK_HEADER_LENGTH + (book.sold() + book.held()) * ITEM_LENGTH;
    }

    /**
     * Writes a snapshot.
     *
     * @param engine in any state.
     * @param buffer with {@link #length} bytes of room behind the offset.
     * @param offset of the first byte.
     * @return bytes written.
     */
    public static int encode(final SaleEngine engine, final MutableDirectBuffer buffer, final int offset) {
        final int length = length(engine);
        encodeHeader(engine, length, buffer, offset);
        int position = offset + HEADER_LENGTH;
        position = encodeBook(engine.openBook(), buffer, position);
        position = encodeBook(engine.closingBook(), buffer, position);
        buffer.putLong(position, engine.stateHash(), LITTLE_ENDIAN);
        buffer.putInt(position + Long.BYTES, 0, LITTLE_ENDIAN);
        position += Long.BYTES + Integer.BYTES;
        buffer.putInt(position, crc(buffer, offset, length - Integer.BYTES), LITTLE_ENDIAN);
        return length;
    }

    private static void encodeHeader(
            final SaleEngine engine, final int length, final MutableDirectBuffer buffer, final int offset) {
        final int books = (engine.openBook() == null ? 0 : 1) + (engine.closingBook() == null ? 0 : 1);
        buffer.putLong(offset + MAGIC_OFFSET, MAGIC, LITTLE_ENDIAN);
        buffer.putInt(offset + VERSION_OFFSET, VERSION, LITTLE_ENDIAN);
        buffer.putInt(offset + BOOKS_OFFSET, books, LITTLE_ENDIAN);
        buffer.putLong(offset + LENGTH_OFFSET, length, LITTLE_ENDIAN);
        buffer.putLong(offset + SEQUENCE_OFFSET, engine.lastSequence(), LITTLE_ENDIAN);
        buffer.putLong(offset + NOW_OFFSET, engine.nowMillis(), LITTLE_ENDIAN);
        buffer.putLong(offset + CHECKPOINT_SEQUENCE_OFFSET, engine.checkpointSequence(), LITTLE_ENDIAN);
        buffer.putLong(offset + CHECKPOINT_HASH_OFFSET, engine.checkpointHash(), LITTLE_ENDIAN);
        encodeRules(engine.pendingRules(), buffer, offset + PENDING_RULES_OFFSET);
    }

    private static int encodeBook(final SaleBook book, final MutableDirectBuffer buffer, final int offset) {
        if (book == null) {
            return offset;
        }
        encodeBookHeader(book, buffer, offset);
        int position = offset + BOOK_HEADER_LENGTH;
        for (int item = nextWritten(book, SaleBook.NONE); item != SaleBook.NONE; item = nextWritten(book, item)) {
            encodeItem(book, item, buffer, position);
            position += ITEM_LENGTH;
        }
        return position;
    }

    /** The item that is written behind another, or first behind none; none behind the last. */
    private static int nextWritten(final SaleBook book, final int item) {
        if (item != SaleBook.NONE && book.state(item) == ItemState.HELD) {
            return book.nextToExpire(item);
        }
        for (int other = item + 1; other < book.rules().items(); other++) {
            if (book.state(other) == ItemState.SOLD) {
                return other;
            }
        }
        return book.firstToExpire();
    }

    private static void encodeBookHeader(final SaleBook book, final MutableDirectBuffer buffer, final int offset) {
        buffer.putLong(offset + BOOK_OPENS_AT_OFFSET, book.opensAtMillis(), LITTLE_ENDIAN);
        buffer.putLong(offset + BOOK_CLOSES_AT_OFFSET, book.closesAtMillis(), LITTLE_ENDIAN);
        buffer.putInt(offset + BOOK_SOLD_OFFSET, book.sold(), LITTLE_ENDIAN);
        buffer.putInt(offset + BOOK_HELD_OFFSET, book.held(), LITTLE_ENDIAN);
        encodeRules(book.rules(), buffer, offset + BOOK_RULES_OFFSET);
    }

    private static void encodeItem(
            final SaleBook book, final int item, final MutableDirectBuffer buffer, final int offset) {
        buffer.putLong(offset + ITEM_OFFSET, item, LITTLE_ENDIAN);
        buffer.putLong(offset + ITEM_USER_OFFSET, book.user(item), LITTLE_ENDIAN);
        buffer.putLong(offset + ITEM_NONCE_OFFSET, book.nonce(item), LITTLE_ENDIAN);
        buffer.putLong(offset + ITEM_CHECKOUT_KEY_OFFSET, book.checkoutKey(item), LITTLE_ENDIAN);
        buffer.putLong(offset + ITEM_PURCHASE_KEY_OFFSET, book.purchaseKey(item), LITTLE_ENDIAN);
        buffer.putLong(offset + ITEM_EXPIRES_AT_OFFSET, book.expiresAtMillis(item), LITTLE_ENDIAN);
        buffer.putLong(offset + ITEM_SEQUENCE_OFFSET, book.checkoutSequence(item), LITTLE_ENDIAN);
    }

    /** Rules stand in a snapshot as the command that set them; 32 zero bytes say that there are none. */
    private static void encodeRules(final SaleRules rules, final MutableDirectBuffer buffer, final int offset) {
        if (rules == null) {
            buffer.setMemory(offset, RULES_LENGTH, (byte) 0);
        } else {
            new CommandFlyweight().wrap(buffer, offset).configure(rules);
        }
    }

    /**
     * Reads a snapshot and proves it: the CRC, the state hash computed anew, every bound and relation, and that it is
     * byte for byte what would be written of the restored engine.
     *
     * @param buffer that holds the snapshot; not changed.
     * @param offset of its first byte.
     * @param length of the snapshot in bytes.
     * @return an engine that will decide every later command as the encoded one would.
     * @throws SnapshotFormatException if the bytes are no snapshot of this version, or damaged.
     */
    public static SaleEngine decode(final MutableDirectBuffer buffer, final int offset, final int length) {
        check(length >= HEADER_LENGTH + TRAILER_LENGTH, "snapshot too short: " + length + " bytes");
        check(buffer.getLong(offset + MAGIC_OFFSET, LITTLE_ENDIAN) == MAGIC, "not a snapshot: wrong magic");
        final int version = buffer.getInt(offset + VERSION_OFFSET, LITTLE_ENDIAN);
        check(version == VERSION, "snapshot version " + version + ", this build reads " + VERSION);
        final long written = buffer.getLong(offset + LENGTH_OFFSET, LITTLE_ENDIAN);
        check(written == length, "snapshot of " + written + " bytes is " + length + " bytes long");
        final int crc = buffer.getInt(offset + length - Integer.BYTES, LITTLE_ENDIAN);
        check(crc == crc(buffer, offset, length - Integer.BYTES), "snapshot damaged: wrong CRC");
        try {
            return decodeChecked(buffer, offset, length);
        } catch (final IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new SnapshotFormatException("snapshot contradicts itself: " + e.getMessage());
        }
    }

    private static SaleEngine decodeChecked(final MutableDirectBuffer buffer, final int offset, final int length) {
        final int end = offset + length - TRAILER_LENGTH;
        final int books = buffer.getInt(offset + BOOKS_OFFSET, LITTLE_ENDIAN);
        check(books >= 0 && books <= 2, "snapshot of " + books + " books");
        int position = offset + HEADER_LENGTH;
        SaleBook open = null;
        SaleBook closing = null;
        if (books > 0) {
            open = decodeBook(buffer, position, end);
            position += length(open);
        }
        if (books > 1) {
            closing = decodeBook(buffer, position, end);
            position += length(closing);
        }
        check(position == end, "snapshot has " + (end - position) + " bytes too many");
        final SaleEngine engine = new SaleEngine(
                buffer.getLong(offset + SEQUENCE_OFFSET, LITTLE_ENDIAN),
                buffer.getLong(offset + NOW_OFFSET, LITTLE_ENDIAN),
                buffer.getLong(offset + CHECKPOINT_SEQUENCE_OFFSET, LITTLE_ENDIAN),
                buffer.getLong(offset + CHECKPOINT_HASH_OFFSET, LITTLE_ENDIAN),
                decodeRules(buffer, offset + PENDING_RULES_OFFSET),
                open,
                closing);
        final long hash = buffer.getLong(end, LITTLE_ENDIAN);
        check(hash == engine.stateHash(), "snapshot restores another state than it was taken of");
        EngineInvariants.check(engine);
        check(isAsEncoded(engine, buffer, offset, length), "snapshot is not what its own state is written as");
        return engine;
    }

    /**
     * There is one snapshot of a state: what is not read must be as it is written, or it would be lost unnoticed. Compared
     * piece by piece: a second snapshot in memory would be as large as the first. Hash and CRC were compared before.
     */
    private static boolean isAsEncoded(
            final SaleEngine engine, final DirectBuffer buffer, final int offset, final int length) {
        if (length(engine) != length) {
            return false;
        }
        final UnsafeBuffer piece = new UnsafeBuffer(new byte[HEADER_LENGTH]);
        encodeHeader(engine, length, piece, 0);
        final int trailer = offset + length - TRAILER_LENGTH;
        return isSame(piece, HEADER_LENGTH, buffer, offset)
                && isAsEncoded(engine.openBook(), piece, buffer, offset + HEADER_LENGTH)
                && isAsEncoded(engine.closingBook(), piece, buffer, offset + HEADER_LENGTH + length(engine.openBook()))
                && buffer.getInt(trailer + Long.BYTES, LITTLE_ENDIAN) == 0;
    }

    private static boolean isAsEncoded(
            final SaleBook book, final UnsafeBuffer piece, final DirectBuffer buffer, final int offset) {
        if (book == null) {
            return true;
        }
        encodeBookHeader(book, piece, 0);
        if (!isSame(piece, BOOK_HEADER_LENGTH, buffer, offset)) {
            return false;
        }
        int position = offset + BOOK_HEADER_LENGTH;
        for (int item = nextWritten(book, SaleBook.NONE); item != SaleBook.NONE; item = nextWritten(book, item)) {
            encodeItem(book, item, piece, 0);
            if (!isSame(piece, ITEM_LENGTH, buffer, position)) {
                return false;
            }
            position += ITEM_LENGTH;
        }
        return true;
    }

    private static boolean isSame(
            final UnsafeBuffer piece, final int length, final DirectBuffer buffer, final int offset) {
        for (int i = 0; i < length; i++) {
            if (piece.getByte(i) != buffer.getByte(offset + i)) {
                return false;
            }
        }
        return true;
    }

    private static SaleBook decodeBook(final MutableDirectBuffer buffer, final int offset, final int end) {
        final SaleRules rules = decodeRules(buffer, offset + BOOK_RULES_OFFSET);
        check(rules != null, "snapshot of a sale without rules");
        final int sold = buffer.getInt(offset + BOOK_SOLD_OFFSET, LITTLE_ENDIAN);
        final int held = buffer.getInt(offset + BOOK_HELD_OFFSET, LITTLE_ENDIAN);
        check(sold >= 0 && held >= 0 && (long) sold + held <= rules.items(), "snapshot of more items than there are");
        check(offset + BOOK_HEADER_LENGTH + (sold + held) * (long) ITEM_LENGTH <= end, "snapshot cut short");
        final SaleBook book = new SaleBook(rules.items());
        book.open(
                rules,
                buffer.getLong(offset + BOOK_OPENS_AT_OFFSET, LITTLE_ENDIAN),
                buffer.getLong(offset + BOOK_CLOSES_AT_OFFSET, LITTLE_ENDIAN));
        int position = offset + BOOK_HEADER_LENGTH;
        for (int i = 0; i < sold + held; i++, position += ITEM_LENGTH) {
            decodeItem(book, i < sold, buffer, position);
        }
        return book;
    }

    private static void decodeItem(
            final SaleBook book, final boolean sold, final MutableDirectBuffer buffer, final int offset) {
        final int item = (int) buffer.getLong(offset + ITEM_OFFSET, LITTLE_ENDIAN);
        check(book.contains(item) && book.isAvailable(item), "snapshot names item " + item + " twice or wrongly");
        final long user = buffer.getLong(offset + ITEM_USER_OFFSET, LITTLE_ENDIAN);
        final long nonce = buffer.getLong(offset + ITEM_NONCE_OFFSET, LITTLE_ENDIAN);
        final long checkoutKey = buffer.getLong(offset + ITEM_CHECKOUT_KEY_OFFSET, LITTLE_ENDIAN);
        final long purchaseKey = buffer.getLong(offset + ITEM_PURCHASE_KEY_OFFSET, LITTLE_ENDIAN);
        final long expiresAt = buffer.getLong(offset + ITEM_EXPIRES_AT_OFFSET, LITTLE_ENDIAN);
        final long sequence = buffer.getLong(offset + ITEM_SEQUENCE_OFFSET, LITTLE_ENDIAN);
        book.hold(item, user, nonce, checkoutKey, expiresAt, sequence);
        if (sold) {
            book.sell(item, purchaseKey);
        }
    }

    private static SaleRules decodeRules(final MutableDirectBuffer buffer, final int offset) {
        final CommandFlyweight command = new CommandFlyweight().wrap(buffer, offset);
        if (command.type() == null) {
            return null;
        }
        final SaleRules rules = command.rules();
        check(
                rules.rulesVersion() == EngineLimits.RULES_VERSION,
                "snapshot of rules " + rules.rulesVersion() + ", this build knows " + EngineLimits.RULES_VERSION);
        check(rules.violation() == null, rules.violation());
        return rules;
    }

    private static int crc(final DirectBuffer buffer, final int offset, final int length) {
        final CRC32C crc = new CRC32C();
        final byte[] chunk = new byte[Math.min(length, 64 * 1_024)];
        for (int done = 0; done < length; done += chunk.length) {
            final int bytes = Math.min(chunk.length, length - done);
            buffer.getBytes(offset + done, chunk, 0, bytes);
            crc.update(chunk, 0, bytes);
        }
        return (int) crc.getValue();
    }

    private static void check(final boolean holds, final String otherwise) {
        if (!holds) {
            throw new SnapshotFormatException(otherwise);
        }
    }
}
