package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rules of a sale over restarts: a change is journaled, told to the operator, and takes effect with the next sale; what
 * is in the journal does not depend on what is configured while it is replayed.
 */
class ConfigurationChangeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long STRANGERS = 1_000;
    private static final Pattern HASH = Pattern.compile("state_hash +([0-9a-f]{16})");

    @TempDir
    private Path directory;

    private static Map<String, String> settings(
            final int items, final int limit, final int holdSeconds, final int saleSeconds) {
        return Map.of(
                "DB_HOST", "none",
                "APP_ITEM_NUMBER", String.valueOf(items),
                "APP_USER_LIMIT", String.valueOf(limit),
                "APP_HOLD_SECONDS", String.valueOf(holdSeconds),
                "APP_SALE_SECONDS", String.valueOf(saleSeconds));
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void shouldTakeEffectWithTheNextSale() throws Exception {
        final Map<String, String> first = settings(100, 3, 5, 5);
        final SaleView open;
        final UUID code;
        try (ServerProcess server = ServerProcess.serve(directory, first).awaitReady(PATIENCE)) {
            final ShopClient client = new ShopClient(server.address());
            // Early in a sale, so that the restart falls into the same one.
            open = SaleView.after(client, SaleView.of(client).id(), 30);
            assertEquals(100, open.total());
            code = UUID.fromString(client.checkout(1, 0).body());
            assertEquals(3, limitOf(client, 2, Duration.ofSeconds(5)));
            assertEquals(0, server.terminate(PATIENCE));
        }
        final Map<String, String> second = settings(40, 2, 1, 2);
        try (ServerProcess server = ServerProcess.serve(directory, second).awaitReady(PATIENCE)) {
            final ShopClient client = new ShopClient(server.address());
            // Or the start was slow, and the change took effect with the sale that opened meanwhile.
            final boolean told = server.output().contains("  next sale");
            assertTrue(told || SaleView.of(client).id() != open.id(), server.output());
            final SaleView next = finishOpenSale(client, open, code);
            assertEquals(40, next.total());
            assertEquals(2, limitOf(client, 3, Duration.ofSeconds(1)));
            // The first one opened where the old one closed; from its end on, sales are aligned to their length.
            final long after = SaleView.after(client, next.id(), 30).id();
            assertEquals(0, after % 2, "a sale is two seconds long, and aligned");
            final UUID lapsing = UUID.fromString(client.checkout(4, 39).body());
            TimeUnit.MILLISECONDS.sleep(1_300); // Longer than the hold: its end is the point.
            assertEquals(409, client.purchase(lapsing).status());
            assertEquals(0, server.terminate(PATIENCE));
        }
        assertChangeIsJournaled();
        assertReplaysAlike();
    }

    /** The open sale keeps its rules, and a code of it is good across the change. */
    private static SaleView finishOpenSale(final ShopClient client, final SaleView open, final UUID code)
            throws Exception {
        final SaleView now = SaleView.of(client);
        if (now.id() != open.id()) {
            return now;
        }
        assertEquals(100, now.total());
        assertEquals(3, limitOf(client, 5, Duration.ofSeconds(5)));
        assertEquals(200, client.purchase(code).status());
        final SaleView next = SaleView.after(client, open.id(), 30);
        assertEquals(open.id() + 5, next.id(), "the length of the open sale stays, too");
        return next;
    }

    private void assertChangeIsJournaled() throws Exception {
        final ServerProcess.Result journal = ServerProcess.run(
                directory, Map.of(), PATIENCE, "journal", "--from", "1", "--data-dir=" + directory.resolve("data"));
        final List<String> configured = journal.output()
                .lines()
                .filter(line -> line.contains("CONFIGURE "))
                .toList();
        assertEquals(2, configured.size(), journal.output());
    }

    private void assertReplaysAlike() throws Exception {
        final String expected = hash(settings(40, 2, 1, 2));
        assertEquals(expected, hash(settings(1_000_000, 1, 3_600, 86_400)));
        final Map<String, String> elsewhere = new HashMap<>(settings(7, 7, 7, 7));
        elsewhere.put("TZ", "Asia/Kathmandu");
        elsewhere.put("LC_ALL", "tr_TR.UTF-8");
        elsewhere.put("APP_SYNC", "never");
        assertEquals(expected, hash(elsewhere));
    }

    private String hash(final Map<String, String> environment) throws Exception {
        final ServerProcess.Result replayed = ServerProcess.run(
                directory, environment, PATIENCE, "replay", "--data-dir=" + directory.resolve("data"));
        final Matcher hash = HASH.matcher(replayed.output());
        assertTrue(replayed.exitCode() == 0 && hash.find(), replayed.output());
        return hash.group(1);
    }

    /** How many holds a user gets; anew with the next user if a hold or the sale may have ended meanwhile. */
    private static int limitOf(final ShopClient client, final long firstUser, final Duration hold) throws Exception {
        for (long user = firstUser; user < firstUser + 20 * STRANGERS; user += STRANGERS) {
            final long sale = SaleView.of(client).id();
            final long begin = System.nanoTime();
            final int holds = holdsOf(client, user);
            if (System.nanoTime() - begin < hold.toNanos() * 4 / 5
                    && SaleView.of(client).id() == sale) {
                return holds;
            }
        }
        throw new AssertionError("the machine is too slow for a hold of " + hold);
    }

    private static int holdsOf(final ShopClient client, final long user) throws Exception {
        int holds = 0;
        for (int item = 1; item < 39; item++) {
            final ShopClient.Answer answer = client.checkout(user, item);
            holds += answer.status() == 200 ? 1 : 0;
            if (answer.body().contains("limit")) {
                return holds;
            }
        }
        throw new AssertionError("user " + user + " had " + holds + " holds and no limit");
    }
}
