package io.flashsale.engine;

import org.agrona.BitUtil;

/**
 * How many live holds and purchases each user has in one sale: open addressing with linear probing and backward-shift
 * deletion (Knuth, The Art of Computer Programming, volume 3, section 6.4, algorithm R), so there are no tombstones.
 *
 * <p>Every tracked user has a hold or a purchase, so there are never more users than items, and the table is never more
 * than half full. An entry counts only if it carries the current generation: starting anew touches nothing. A slot is two
 * longs side by side: the user, then generation and count.
 */
final class UserTable {
    private static final int SLOT_LENGTH = 2;

    private final int mask;
    private final long[] slots;
    /** The generation, in the upper half: what stands below it in a slot is the count. */
    private long generation;

    private long seed;

    UserTable(final int maxUsers) {
        final int capacity = BitUtil.findNextPositivePowerOfTwo(maxUsers) * 2;
        mask = capacity - 1;
        slots = new long[capacity * SLOT_LENGTH];
    }

    void restart(final int newGeneration, final long newSeed) {
        generation = (long) newGeneration << 32;
        seed = newSeed;
    }

    int count(final long user) {
        final int slot = find(user);
        return isTaken(slot) ? (int) entry(slot) : 0;
    }

    void increment(final long user) {
        final int slot = find(user);
        if (isTaken(slot)) {
            entry(slot, entry(slot) + 1);
        } else {
            user(slot, user);
            entry(slot, generation | 1);
        }
    }

    void decrement(final long user) {
        final int slot = find(user);
        if (!isTaken(slot)) {
            throw new IllegalStateException("user without a hold gives one back: " + user);
        }
        entry(slot, entry(slot) - 1);
        if ((int) entry(slot) == 0) {
            remove(slot);
        }
    }

    private int home(final long user) {
        return (int) Mixer.mix(user ^ seed) & mask;
    }

    private int find(final long user) {
        int slot = home(user);
        while (isTaken(slot) && user(slot) != user) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void remove(final int slot) {
        int hole = slot;
        int next = (hole + 1) & mask;
        while (isTaken(next)) {
            final int home = home(user(next));
            // The entry may move back only if its home does not lie behind the hole, counted round the end.
            if (((next - home) & mask) >= ((next - hole) & mask)) {
                user(hole, user(next));
                entry(hole, entry(next));
                hole = next;
            }
            next = (next + 1) & mask;
        }
        entry(hole, generation - (1L << Integer.SIZE));
    }

    private boolean isTaken(final int slot) {
        return (entry(slot) ^ generation) >>> 32 == 0;
    }

    private long user(final int slot) {
        return slots[slot * SLOT_LENGTH];
    }

    private void user(final int slot, final long user) {
        slots[slot * SLOT_LENGTH] = user;
    }

    private long entry(final int slot) {
        return slots[slot * SLOT_LENGTH + 1];
    }

    private void entry(final int slot, final long entry) {
        slots[slot * SLOT_LENGTH + 1] = entry;
    }
}
