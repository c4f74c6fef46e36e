package io.flashsale.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The user table against a hash map, mostly as full as it may become, so that its runs are long and wrap around. */
class UserTableTest {
    static LongStream seeds() {
        return Seeds.all();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void shouldCountLikeAHashMap(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        for (final int maxUsers : new int[] {1, 2, 3, 7, 16, 100}) {
            final UserTable table = new UserTable(maxUsers);
            for (int generation = 1; generation < 40; generation++) {
                table.restart(generation, random.nextLong());
                final Map<Long, Integer> expected = new HashMap<>();
                for (int i = 0; i < 500; i++) {
                    final long user = random.nextInt(2 * maxUsers);
                    final int count = expected.getOrDefault(user, 0);
                    assertEquals(count, table.count(user), "-Dflashsale.seed=" + seed);
                    if (count > 0 && random.nextInt(5) < 2) {
                        table.decrement(user);
                        expected.merge(user, -1, Integer::sum);
                        expected.remove(user, 0);
                    } else if (count > 0 || expected.size() < maxUsers) {
                        table.increment(user);
                        expected.merge(user, 1, Integer::sum);
                    }
                }
                for (long user = -1; user <= 2L * maxUsers; user++) {
                    assertEquals(expected.getOrDefault(user, 0), table.count(user), "-Dflashsale.seed=" + seed);
                }
            }
        }
    }

    @Test
    void shouldRefuseToTakeFromAUserWhoHasNothing() {
        final UserTable table = new UserTable(4);
        table.restart(1, 0);
        table.increment(5);
        assertThrows(IllegalStateException.class, () -> table.decrement(6));
        table.decrement(5);
        assertThrows(IllegalStateException.class, () -> table.decrement(5));
    }

    @Test
    void shouldForgetEveryUserWhenRestarted() {
        final UserTable table = new UserTable(4);
        for (int generation = 1; generation < 100; generation++) {
            table.restart(generation, generation);
            for (long user = 0; user < 4; user++) {
                assertEquals(0, table.count(user));
                table.increment(user);
            }
        }
    }
}
