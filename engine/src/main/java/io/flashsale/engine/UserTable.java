package io.flashsale.engine;

import org.agrona.BitUtil;

/**
 * How many live holds and purchases each user has in one sale: open addressing with linear probing and backward-shift
 * deletion (Knuth, The Art of Computer Programming, volume 3, section 6.4, algorithm R), so there are no tombstones.
 *
 * <p>Every tracked user has a hold or a purchase, so there are never more users than items, and the table is never more
 * than half full. An entry counts only if it carries the current generation: starting anew touches nothing.
 */
final class UserTable {
    private final int mask;
    private final long[] users;
    private final int[] counts;
    private final int[] generations;
    private int generation;
    private long seed;

    UserTable(final int maxUsers) {
        final int capacity = BitUtil.findNextPositivePowerOfTwo(maxUsers) * 2;
        mask = capacity - 1;
        users = new long[capacity];
        counts = new int[capacity];
        generations = new int[capacity];
    }

    void restart(final int newGeneration, final long newSeed) {
        generation = newGeneration;
        seed = newSeed;
    }

    int count(final long user) {
        final int slot = find(user);
        return generations[slot] == generation ? counts[slot] : 0;
    }

    void increment(final long user) {
        final int slot = find(user);
        if (generations[slot] == generation) {
            counts[slot]++;
        } else {
            users[slot] = user;
            counts[slot] = 1;
            generations[slot] = generation;
        }
    }

    void decrement(final long user) {
        final int slot = find(user);
        if (generations[slot] != generation) {
            throw new IllegalStateException("user without a hold gives one back: " + user);
        }
        if (--counts[slot] == 0) {
            remove(slot);
        }
    }

    private int home(final long user) {
        return (int) Mixer.mix(user ^ seed) & mask;
    }

    private int find(final long user) {
        int slot = home(user);
        while (generations[slot] == generation && users[slot] != user) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void remove(final int slot) {
        int hole = slot;
        int next = (hole + 1) & mask;
        while (generations[next] == generation) {
            final int home = home(users[next]);
            // The entry may move back only if its home does not lie behind the hole, counted round the end.
            if (((next - home) & mask) >= ((next - hole) & mask)) {
                users[hole] = users[next];
                counts[hole] = counts[next];
                hole = next;
            }
            next = (next + 1) & mask;
        }
        generations[hole] = generation - 1;
    }
}
