package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalConfig;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.JournalWriter;
import io.flashsale.journal.SegmentStorage;
import io.flashsale.journal.SyncPolicy;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A service that is killed after a long sale answers again soon. {@code -Drestart.commands=100000000} is the size that the
 * promise of two seconds is about; without it the journal is a twentieth of that.
 */
class RestartDrillTest {
    private static final long COMMANDS = Long.getLong("restart.commands", 5_000_000);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** The promise is 2 s on an idle machine; a build machine runs other things beside it. */
    private static final Duration LONGEST = Duration.ofSeconds(6);

    private static final Map<String, String> SETTINGS =
            Map.of("DB_HOST", "none", "APP_USER_LIMIT", "10", "APP_RETAIN_HOURS", "1");

    private static final Pattern SNAPSHOT = Pattern.compile("newest of sequence (\\d+)");

    @TempDir
    private Path directory;

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void shouldAnswerSoonAfterAKillHoweverLongTheJournalIs() throws Exception {
        writeJournal(directory.resolve("data/journal"));
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(PATIENCE)) {
            final ShopClient client = new ShopClient(server.address());
            awaitSnapshot(client);
            assertTrue(client.checkout(1, 1).status() > 0);
            server.kill();
        }
        final long begin = System.nanoTime();
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(PATIENCE)) {
            assertEquals(200, new ShopClient(server.address()).get("/sale").status());
            final Duration took = Duration.ofNanos(System.nanoTime() - begin);
            final String output = server.output();
            System.out.printf(
                    Locale.ROOT,
                    "%,d commands: from the process's start to its first answer %,d ms%n%s%n",
                    COMMANDS,
                    took.toMillis(),
                    output);
            assertTrue(output.contains("snapshot of sequence"), output);
            assertTrue(took.compareTo(LONGEST) < 0, took + "\n" + output);
        }
    }

    private static void awaitSnapshot(final ShopClient client) throws Exception {
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        long newest = 0;
        while (newest < COMMANDS / 10 * 9) {
            assertTrue(System.nanoTime() - deadline < 0, "the newest snapshot is of sequence " + newest);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            final Matcher found = SNAPSHOT.matcher(client.get("/health/ready").body());
            newest = found.find() ? Long.parseLong(found.group(1)) : 0;
        }
    }

    /** Checkouts of the hour that has passed, in the largest batches. */
    private static void writeJournal(final Path journal) {
        final SegmentStorage storage = new ChronicleSegmentStorage(journal);
        try (JournalWriter writer = JournalWriter.open(
                storage,
                JournalConfig.of(SyncPolicy.NEVER),
                JournalRecovery.recover(storage, 1, List.of(), (first, count, time, buffer, offset) -> {}))) {
            final int size = writer.maxBatch();
            final UnsafeBuffer batch = new UnsafeBuffer(ByteBuffer.allocateDirect(size * CommandFlyweight.LENGTH));
            final CommandFlyweight command = new CommandFlyweight();
            final long begin = System.currentTimeMillis() - TimeUnit.MINUTES.toMillis(30);
            final long batches = COMMANDS / size;
            for (long i = 0; i < batches; i++) {
                for (int j = 0; j < size; j++) {
                    final long number = i * size + j;
                    command.wrap(batch, j * CommandFlyweight.LENGTH)
                            .checkout(number % 1_000_003, (int) (number % 10_007 % 10_000), number, 0);
                }
                if (i == 0) {
                    command.wrap(batch, 0)
                            .configure(new SaleRules(EngineLimits.RULES_VERSION, 10_000, 10, 120_000, 3_600_000, 42));
                }
                writer.append(batch, 0, size, begin + i * TimeUnit.MINUTES.toMillis(29) / batches);
                writer.keeper().doWork();
            }
        }
    }
}
