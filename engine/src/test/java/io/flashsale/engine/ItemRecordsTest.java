package io.flashsale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The items' part of the state hash: it must see every field, and every bit of it. */
class ItemRecordsTest {
    private static final int FIELDS = 6;
    private static final int PURCHASE_KEY = 5;
    private static final int ITEMS = 4;

    private final ItemRecords records = new ItemRecords(ITEMS);

    /** The hash of a sold item 1: user, nonce, checkout key, expiry, sequence, purchase key. */
    private long soldHash(final long[] fields) {
        return heldHash(1, fields) + records.sell(1, fields[PURCHASE_KEY]);
    }

    private long heldHash(final int item, final long[] fields) {
        return records.hold(item, fields[0], fields[1], fields[2], fields[3], fields[4]);
    }

    @Test
    void shouldChangeHalfOfItsBitsWithAnyBitOfAnyField() {
        final SplittableRandom random = new SplittableRandom(1);
        final int rounds = 200;
        for (int bit = 0; bit < FIELDS * Long.SIZE; bit++) {
            int changed = 0;
            for (int round = 0; round < rounds; round++) {
                // Every second round from zeroes, the poorest state there is.
                final long[] fields = new long[FIELDS];
                for (int i = 0; round % 2 == 0 && i < FIELDS; i++) {
                    fields[i] = random.nextLong();
                }
                fields[0] ^= round;
                final long before = soldHash(fields);
                fields[bit / Long.SIZE] ^= 1L << bit;
                changed += Long.bitCount(before ^ soldHash(fields));
            }
            assertEquals(32.0, (double) changed / rounds, 2.5, "bit " + bit);
        }
    }

    @Test
    void shouldNotLetTwoFieldsHideEachOther() {
        final Set<Long> hashes = new HashSet<>();
        int states = 0;
        for (int first = 0; first < FIELDS * Long.SIZE; first++) {
            for (int second = 0; second <= first; second++) {
                final long[] fields = new long[FIELDS];
                fields[first / Long.SIZE] ^= 1L << first;
                fields[second / Long.SIZE] ^= 1L << second;
                if (first != second || first == 0) {
                    states++;
                    hashes.add(soldHash(fields));
                }
            }
        }
        assertEquals(states, hashes.size());
    }

    @Test
    void shouldTellItemsAndStatesApart() {
        final Set<Long> hashes = new HashSet<>();
        for (int item = 0; item < ITEMS; item++) {
            final long held = heldHash(item, new long[FIELDS]);
            assertEquals(held, records.heldHash(item));
            assertTrue(hashes.add(held));
            assertTrue(hashes.add(held + records.sell(item, 0)));
        }
    }
}
