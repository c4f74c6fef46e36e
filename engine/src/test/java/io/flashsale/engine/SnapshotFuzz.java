package io.flashsale.engine;

import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Any bytes as a snapshot: refused with the exception that says so, or an engine that is written as the same bytes again and
 * takes any command.
 *
 * <p>Inputs: a byte that is 255 and then the snapshot itself, or another that names a sound snapshot, and then changes to it:
 * position (two bytes) and what is put there. The checksum is repaired, so that what lies behind it is reached.
 */
public final class SnapshotFuzz {
    private static final int WHOLE = 0xFF;
    private static final int CHANGE_LENGTH = 3;
    private static final int MIN_LENGTH = 16;

    private static final List<byte[]> SOUND = EngineSnapshotTest.snapshots();

    private SnapshotFuzz() {}

    /**
     * Loads one snapshot.
     *
     * @param input as described above.
     */
    public static void fuzzerTestOneInput(final byte[] input) {
        if (input.length < 2) {
            return;
        }
        final byte[] snapshot = snapshot(input);
        if (snapshot.length >= MIN_LENGTH) {
            EngineSnapshotTest.repairCrc(snapshot);
        }
        final SaleEngine engine;
        try {
            engine = EngineSnapshot.decode(new UnsafeBuffer(snapshot), 0, snapshot.length);
        } catch (final SnapshotFormatException e) {
            check(!e.getMessage().isBlank(), "refused without a word");
            return;
        }
        check(Arrays.equals(snapshot, EngineStory.snapshot(engine)), "written otherwise than it was read");
        work(engine, input);
        final byte[] later = EngineStory.snapshot(engine);
        final SaleEngine restored = EngineSnapshot.decode(new UnsafeBuffer(later), 0, later.length);
        check(restored.stateHash() == engine.stateHash(), "restored to another state");
    }

    private static byte[] snapshot(final byte[] input) {
        if ((input[0] & 0xFF) == WHOLE) {
            return Arrays.copyOfRange(input, 1, input.length);
        }
        final byte[] snapshot = SOUND.get((input[0] & 0xFF) % SOUND.size()).clone();
        for (int at = 1; at + CHANGE_LENGTH <= input.length; at += CHANGE_LENGTH) {
            final int position = (((input[at] & 0xFF) << 8) | (input[at + 1] & 0xFF)) % snapshot.length;
            snapshot[position] = input[at + 2];
        }
        return snapshot;
    }

    /** The input once more, as commands. */
    private static void work(final SaleEngine engine, final byte[] input) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[CommandFlyweight.LENGTH]);
        final Decision decision = new Decision();
        final CommandFlyweight command = new CommandFlyweight().wrap(buffer, 0);
        for (int i = 0; i < 8; i++) {
            switch (i & 3) {
                case 0 -> command.checkout(input[i % input.length], i % 5, i, i);
                case 1 -> command.purchase(decision.codeHigh(), decision.codeLow(), i);
                case 2 -> command.tick();
                default -> {
                    buffer.setMemory(0, CommandFlyweight.LENGTH, (byte) 0);
                    buffer.putBytes(0, input, 0, Math.min(input.length, CommandFlyweight.LENGTH));
                }
            }
            engine.apply(engine.lastSequence() + 1, engine.nowMillis() + 100L * i, buffer, 0, decision);
        }
    }

    private static void check(final boolean holds, final String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
