package io.flashsale.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * What one client sends, in which pieces, and what happens around it. Also written as bytes, for a fuzzer: three that say how,
 * and then what is sent.
 *
 * <pre>
 *  0  how: end of the connection (2 bits), outcomes come late, client stalls, admission (2 bits), pipeline fills up
 *  1  pieces: 0 for one, 1 to 127 for pieces of that length, else for pieces of up to 255 bytes that this number draws;
 *     longer where they would be more than 256
 *  2  repeats: up to 239 for none, else what is sent is sent 1 to 76 times: more than a queue holds
 * </pre>
 */
final class Traffic {
    static final int HEADER = 3;

    /** Enough for a queue that overflows, and little enough to be quick. */
    private static final int MAX_BYTES = 24 * 1024;

    /** Every position of what fits a few requests can be a cut, and what is repeated costs little more than its requests. */
    private static final int MAX_PIECES = 256;

    private static final int FIRST_REPEAT = 240;
    private static final int REPEAT_STEP = 5;

    static final int STAY = 0;
    static final int CLOSE_SIDE = 1;
    static final int RESET = 2;
    static final int LATE = 4;
    static final int STALL = 8;
    static final int DRAINING = 16;
    static final int OUT_OF_SPACE = 32;
    static final int FILL_UP = 64;

    private final int how;
    private final int pieces;
    private final int leastPiece;
    private final byte[] bytes;

    Traffic(final int how, final int pieces, final byte[] bytes) {
        this(how, pieces, 1, bytes);
    }

    private Traffic(final int how, final int pieces, final int leastPiece, final byte[] bytes) {
        this.how = how;
        this.pieces = pieces;
        this.leastPiece = leastPiece;
        this.bytes = bytes;
    }

    /** What the client sends. */
    byte[] bytes() {
        return bytes;
    }

    /** Reads a fuzzer's input. */
    static Traffic of(final byte[] input) {
        if (input.length <= HEADER) {
            return new Traffic(0, 0, new byte[0]);
        }
        final byte[] once = Arrays.copyOfRange(input, HEADER, Math.min(input.length, HEADER + MAX_BYTES));
        final int wanted = 1 + Math.max(0, (input[2] & 0xFF) - FIRST_REPEAT) * REPEAT_STEP;
        final int repeats = Math.min(wanted, MAX_BYTES / once.length);
        final byte[] bytes = new byte[once.length * repeats];
        for (int i = 0; i < repeats; i++) {
            System.arraycopy(once, 0, bytes, i * once.length, once.length);
        }
        final int leastPiece = (bytes.length + MAX_PIECES - 1) / MAX_PIECES;
        return new Traffic(input[0] & 0x7F, input[1] & 0xFF, leastPiece, bytes);
    }

    boolean closesItsSide() {
        return (how & 1) != 0;
    }

    boolean resets() {
        return (how & 3) == RESET;
    }

    boolean stalls() {
        return (how & STALL) != 0;
    }

    boolean fillsUp() {
        return (how & FILL_UP) != 0;
    }

    Admission admission() {
        return (how & DRAINING) != 0
                ? Admission.DRAINING
                : (how & OUT_OF_SPACE) != 0 ? Admission.OUT_OF_SPACE : Admission.OPEN;
    }

    /** Outcomes that come back behind each piece. */
    int answersAtOnce() {
        return (how & LATE) != 0 ? 0 : TransportLimits.MAX_PIPELINED;
    }

    /** Length of the piece that begins at a position. */
    int pieceAt(final int position) {
        final int rest = bytes.length - position;
        if (pieces == 0) {
            return Math.min(rest, TransportLimits.MAX_READ);
        }
        final int drawn = pieces < 128 ? pieces : 1 + (((position + 1) * pieces * 0x9E3779B1) >>> 24);
        return Math.min(rest, Math.max(leastPiece, drawn));
    }

    @Override
    public String toString() {
        return "how " + how + ", pieces " + pieces + ", at least " + leastPiece + ", bytes: "
                + new String(bytes, ISO_8859_1).replace("\r", "\\r").replace("\n", "\\n");
    }
}
