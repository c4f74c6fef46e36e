package io.flashsale.engine;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.MutableDirectBuffer;

/**
 * Reads and writes one command of {@value #LENGTH} bytes, little-endian, in place. The one encoding serves ring slot,
 * journal and replay. {@code schema} documents it with a worked example.
 *
 * <pre>
 *  byte  0     1     2     3     4           8                16                24               32
 *        +-----+-----+-----------+-----------+----------------+-----------------+----------------+
 *  CHECKOUT    |  0  |     0     |   item    |      user      |      nonce      |   retry key    |
 *  PURCHASE    |  0  |     0     |     0     |   code, high   |    code, low    |   retry key    |
 *  RELEASE     |  0  |     0     |     0     |   code, high   |    code, low    |       0        |
 *  TICK        |  0  |     0     |     0     |       0        |        0        |       0        |
 *  CONFIGURE   |  0  | rules ver |   items   | limit  | hold  |  sale  |   0    |   hash seed    |
 *  CHECKPOINT  |  0  |     0     |     0     | prev. sequence |  prev. hash     |       0        |
 *        +-----+-----+-----------+-----------+----------------+-----------------+----------------+
 * </pre>
 *
 * <p>Every encode method writes all {@value #LENGTH} bytes, so that nothing of a slot's former content is journaled.
 * Not thread-safe; reusable by {@link #wrap}.
 */
public final class CommandFlyweight {
    /** Bytes of every command. */
    public static final int LENGTH = 32;

    private static final int TYPE_OFFSET = 0;
    private static final int RULES_VERSION_OFFSET = TYPE_OFFSET + 2;
    private static final int ITEM_OFFSET = RULES_VERSION_OFFSET + Short.BYTES;
    private static final int ITEMS_OFFSET = ITEM_OFFSET;
    private static final int FIRST_OFFSET = ITEM_OFFSET + Integer.BYTES;
    private static final int USER_OFFSET = FIRST_OFFSET;
    private static final int CODE_HIGH_OFFSET = FIRST_OFFSET;
    private static final int PREVIOUS_SEQUENCE_OFFSET = FIRST_OFFSET;
    private static final int USER_LIMIT_OFFSET = FIRST_OFFSET;
    private static final int HOLD_MILLIS_OFFSET = USER_LIMIT_OFFSET + Integer.BYTES;
    private static final int SECOND_OFFSET = FIRST_OFFSET + Long.BYTES;
    private static final int NONCE_OFFSET = SECOND_OFFSET;
    private static final int CODE_LOW_OFFSET = SECOND_OFFSET;
    private static final int PREVIOUS_HASH_OFFSET = SECOND_OFFSET;
    private static final int SALE_MILLIS_OFFSET = SECOND_OFFSET;
    private static final int THIRD_OFFSET = SECOND_OFFSET + Long.BYTES;
    private static final int RETRY_KEY_OFFSET = THIRD_OFFSET;
    private static final int HASH_SEED_OFFSET = THIRD_OFFSET;

    private MutableDirectBuffer buffer;
    private int offset;

    /**
     * Points this flyweight at a command.
     *
     * @param buffer that holds the command or will.
     * @param offset of the command's first byte.
     * @return this.
     */
    public CommandFlyweight wrap(final MutableDirectBuffer buffer, final int offset) {
        this.buffer = buffer;
        this.offset = offset;
        return this;
    }

    /**
     * Writes a {@link CommandType#CHECKOUT}.
     *
     * @param user     who asks; any value.
     * @param item     what is asked for; any value, the engine knows which exist.
     * @param nonce    from a secure random generator; becomes the code's unguessable part.
     * @param retryKey keyed hash of the client's idempotency key, or 0 for none.
     */
    public void checkout(final long user, final int item, final long nonce, final long retryKey) {
        put(CommandType.CHECKOUT, 0, item, user, nonce, retryKey);
    }

    /**
     * Writes a {@link CommandType#PURCHASE}.
     *
     * @param codeHigh the code's most significant bits.
     * @param codeLow  the code's least significant bits.
     * @param retryKey keyed hash of the client's idempotency key, or 0 for none.
     */
    public void purchase(final long codeHigh, final long codeLow, final long retryKey) {
        put(CommandType.PURCHASE, 0, 0, codeHigh, codeLow, retryKey);
    }

    /**
     * Writes a {@link CommandType#RELEASE}.
     *
     * @param codeHigh the code's most significant bits.
     * @param codeLow  the code's least significant bits.
     */
    public void release(final long codeHigh, final long codeLow) {
        put(CommandType.RELEASE, 0, 0, codeHigh, codeLow, 0);
    }

    /** Writes a {@link CommandType#TICK}. */
    public void tick() {
        put(CommandType.TICK, 0, 0, 0, 0, 0);
    }

    /**
     * Writes a {@link CommandType#CONFIGURE}.
     *
     * @param rules of the next sale.
     */
    public void configure(final SaleRules rules) {
        put(
                CommandType.CONFIGURE,
                rules.rulesVersion(),
                rules.items(),
                (rules.userLimit() & 0xFFFF_FFFFL) | ((long) rules.holdMillis() << 32),
                rules.saleMillis() & 0xFFFF_FFFFL,
                rules.hashSeed());
    }

    /**
     * Writes a {@link CommandType#CHECKPOINT}.
     *
     * @param previousSequence of the last checkpoint, or 0 for none.
     * @param previousHash     state hash that the engine had there.
     */
    public void checkpoint(final long previousSequence, final long previousHash) {
        put(CommandType.CHECKPOINT, 0, 0, previousSequence, previousHash, 0);
    }

    private void put(
            final CommandType type,
            final int rulesVersion,
            final int item,
            final long first,
            final long second,
            final long third) {
        buffer.putLong(
                offset, (type.code() & 0xFFL) | ((rulesVersion & 0xFFFFL) << 16) | ((long) item << 32), LITTLE_ENDIAN);
        buffer.putLong(offset + FIRST_OFFSET, first, LITTLE_ENDIAN);
        buffer.putLong(offset + SECOND_OFFSET, second, LITTLE_ENDIAN);
        buffer.putLong(offset + THIRD_OFFSET, third, LITTLE_ENDIAN);
    }

    /**
     * The command's type.
     *
     * @return the type, or null if the first byte names none.
     */
    public CommandType type() {
        return CommandType.of(buffer.getByte(offset + TYPE_OFFSET));
    }

    /**
     * The item of a checkout.
     *
     * @return any value.
     */
    public int item() {
        return buffer.getInt(offset + ITEM_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * The user of a checkout.
     *
     * @return any value.
     */
    public long user() {
        return buffer.getLong(offset + USER_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * The random part of a checkout's code.
     *
     * @return any value; the code keeps its low {@value EngineLimits#CODE_NONCE_BITS} bits.
     */
    public long nonce() {
        return buffer.getLong(offset + NONCE_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * The retry key of a checkout or a purchase.
     *
     * @return any value; 0 means none.
     */
    public long retryKey() {
        return buffer.getLong(offset + RETRY_KEY_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * The code of a purchase or a release, most significant bits.
     *
     * @return any value.
     */
    public long codeHigh() {
        return buffer.getLong(offset + CODE_HIGH_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * The code of a purchase or a release, least significant bits.
     *
     * @return any value.
     */
    public long codeLow() {
        return buffer.getLong(offset + CODE_LOW_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * The sequence that a checkpoint speaks of.
     *
     * @return any value; 0 means none.
     */
    public long previousSequence() {
        return buffer.getLong(offset + PREVIOUS_SEQUENCE_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * The state hash at {@link #previousSequence()}.
     *
     * @return any value.
     */
    public long previousHash() {
        return buffer.getLong(offset + PREVIOUS_HASH_OFFSET, LITTLE_ENDIAN);
    }

    /**
     * The rules of a configuration, as they stand: not validated.
     *
     * @return a new record.
     */
    public SaleRules rules() {
        return new SaleRules(
                buffer.getShort(offset + RULES_VERSION_OFFSET, LITTLE_ENDIAN) & 0xFFFF,
                buffer.getInt(offset + ITEMS_OFFSET, LITTLE_ENDIAN),
                buffer.getInt(offset + USER_LIMIT_OFFSET, LITTLE_ENDIAN),
                buffer.getInt(offset + HOLD_MILLIS_OFFSET, LITTLE_ENDIAN),
                buffer.getInt(offset + SALE_MILLIS_OFFSET, LITTLE_ENDIAN),
                buffer.getLong(offset + HASH_SEED_OFFSET, LITTLE_ENDIAN));
    }
}
