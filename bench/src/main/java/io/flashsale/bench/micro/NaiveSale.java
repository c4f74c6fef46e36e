package io.flashsale.bench.micro;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sale that one would write first: a lock round three maps, as services do that keep the inventory in memory. It has
 * items, holders, codes and the limit per user; it has no expiry, no release, no idempotency, no state hash and no journal.
 */
final class NaiveSale {
    private final ReentrantLock lock = new ReentrantLock();
    private final int items;
    private final int userLimit;
    private final Map<Integer, UUID> holds = new HashMap<>();
    private final Map<UUID, Integer> codes = new HashMap<>();
    private final Map<Long, Integer> users = new HashMap<>();
    private int sold;

    NaiveSale(final int items, final int userLimit) {
        this.items = items;
        this.userLimit = userLimit;
    }

    /** The next sale. */
    void restart() {
        lock.lock();
        try {
            holds.clear();
            codes.clear();
            users.clear();
            sold = 0;
        } finally {
            lock.unlock();
        }
    }

    /** A code, or null if that was refused. */
    UUID checkout(final long user, final int item, final long nonce) {
        lock.lock();
        try {
            if (item < 0 || item >= items || sold == items || holds.containsKey(item)) {
                return null;
            }
            final int count = users.getOrDefault(user, 0);
            if (count >= userLimit) {
                return null;
            }
            final UUID code = new UUID(item, nonce);
            holds.put(item, code);
            codes.put(code, item);
            users.put(user, count + 1);
            return code;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the code was good for a purchase. */
    boolean purchase(final UUID code) {
        lock.lock();
        try {
            if (codes.remove(code) == null) {
                return false;
            }
            sold++;
            return true;
        } finally {
            lock.unlock();
        }
    }
}
