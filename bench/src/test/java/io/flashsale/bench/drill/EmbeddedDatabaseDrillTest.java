package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.journal.DirectoryLock;
import io.flashsale.server.postgres.EmbeddedPostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service's own PostgreSQL, shared with checks, killed and frozen: the sale goes on, and in the end all rows are there. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class EmbeddedDatabaseDrillTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final String CURRENT = "RUNNING, lag 0 ";

    @TempDir
    private Path directory;

    private final List<Long> frozen = new ArrayList<>();
    private final List<EmbeddedPostgresServer> users = new ArrayList<>();

    @AfterEach
    void thawAndStop() throws Exception {
        thaw();
        users.forEach(EmbeddedPostgresServer::stop);
        try (Stream<Path> files = Files.walk(directory)) {
            for (final Path file :
                    files.filter(path -> path.endsWith("postmaster.pid")).toList()) {
                ProcessHandle.of(pid(file)).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    private static ServerProcess serve(final Path place) throws IOException {
        return ServerProcess.serve(
                        Files.createDirectories(place), Map.of("APP_DRAIN_SECONDS", String.valueOf(DRAIN.toSeconds())))
                .awaitReady(PATIENCE);
    }

    private static ServerProcess check(final Path place) throws IOException {
        return ServerProcess.start(place, Map.of(), "replay", "--verify", "--data-dir=" + place.resolve("data"));
    }

    private static long pid(final Path file) throws IOException {
        return Long.parseLong(Files.readAllLines(file).get(0).strip());
    }

    private static Path pidFile(final Path place) {
        return place.resolve("data/postgres/cluster-1/postmaster.pid");
    }

    private static void signal(final String name, final long process) throws Exception {
        assertEquals(
                0,
                new ProcessBuilder("kill", "-" + name, Long.toString(process))
                        .start()
                        .waitFor());
    }

    /** The server and every process of it. */
    private void freeze() throws Exception {
        final ProcessHandle server = ProcessHandle.of(pid(pidFile(directory))).orElseThrow();
        frozen.add(server.pid());
        signal("STOP", server.pid());
        for (final ProcessHandle child : server.children().toList()) {
            frozen.add(child.pid());
            signal("STOP", child.pid());
        }
    }

    private void thaw() throws Exception {
        for (final long process : frozen) {
            signal("CONT", process);
        }
        frozen.clear();
    }

    private static void awaitHealth(final ServerProcess server, final String part) throws Exception {
        final ShopClient client = new ShopClient(server.address());
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        String body = "";
        while (!body.contains(part)) {
            assertTrue(System.nanoTime() - deadline < 0, () -> "no \"" + part + "\" in health");
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            body = client.get("/health").body();
        }
    }

    private static void sell(final ServerProcess server, final int user) throws Exception {
        final ShopClient client = new ShopClient(server.address());
        for (int item = 0; item < 50; item++) {
            assertTrue(client.checkout(user, item).status() > 0);
        }
    }

    private static void assertNoStackTrace(final ServerProcess server) throws IOException {
        assertFalse(server.output().contains("\tat "), server.output());
    }

    private static long count(final String text, final String part) {
        return text.lines().filter(line -> line.contains(part)).count();
    }

    @Test
    void shouldKeepOneClusterWhileChecksRaceTheFirstStart() throws Exception {
        for (final int delayMillis : new int[] {0, 700}) {
            final Path place = directory.resolve("after-" + delayMillis);
            if (delayMillis > 0) {
                // Once it is also the unpacking that they race.
                SharedPrograms.useIn(place.resolve("data/postgres"));
            }
            try (ServerProcess server = serve(place)) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis));
                try (ServerProcess one = check(place);
                        ServerProcess other = check(place)) {
                    for (final ServerProcess check : List.of(one, other)) {
                        // Too early to find rows: they wait for them.
                        assertEquals(0, check.awaitExit(PATIENCE), check.output());
                        assertNoStackTrace(check);
                    }
                }
                sell(server, 1);
                awaitHealth(server, CURRENT);
                assertNoStackTrace(server);
                assertEquals(0, server.terminate(PATIENCE), server.output());
            }
            assertFalse(Files.exists(pidFile(place)), "PostgreSQL was left running");
            try (Stream<Path> children = Files.list(place.resolve("data/postgres"))) {
                assertEquals(
                        List.of("cluster-1"),
                        children.map(child -> child.getFileName().toString())
                                .filter(name -> name.startsWith("cluster-"))
                                .toList());
            }
            ServerProcess.verify(place, Map.of());
        }
    }

    @Test
    void shouldRunPostgresUntilItsLastUserEnds() throws Exception {
        SharedPrograms.useIn(directory.resolve("data/postgres"));
        try (ServerProcess server = serve(directory)) {
            awaitHealth(server, CURRENT);
            assertEquals(0, server.terminate(PATIENCE));
        }
        // As a check does that takes long.
        final EmbeddedPostgresServer user = new EmbeddedPostgresServer(directory.resolve("data/postgres"));
        users.add(user);
        user.startExisting();
        final long postmaster = pid(pidFile(directory));
        try (ServerProcess server = serve(directory)) {
            awaitHealth(server, CURRENT);
            user.stop();
            ServerProcess.verify(directory, Map.of());
            sell(server, 2);
            awaitHealth(server, CURRENT);
            assertEquals(postmaster, pid(pidFile(directory)), "a check ended the service's PostgreSQL");
            user.startExisting();
            assertEquals(0, server.terminate(PATIENCE));
        }
        assertEquals(postmaster, pid(pidFile(directory)), "the service ended a check's PostgreSQL");
        user.stop();
        assertFalse(Files.exists(pidFile(directory)));
        try (ServerProcess one = check(directory);
                ServerProcess other = check(directory)) {
            assertEquals(0, one.awaitExit(PATIENCE), one.output());
            assertEquals(0, other.awaitExit(PATIENCE), other.output());
        }
        assertFalse(Files.exists(pidFile(directory)), "two checks left PostgreSQL running");
    }

    @Test
    void shouldMendWhatCanBeMendedAndEndInTimeWhatCannot() throws Exception {
        final Path inTheWay = directory.resolve("data/postgres/binaries");
        Files.createDirectories(inTheWay.getParent());
        Files.writeString(inTheWay, "a file where a directory should be");
        try (ServerProcess server = serve(directory)) {
            awaitHealth(server, "the own PostgreSQL is down");
            // In one step: what is there is always in the way, or mended.
            final Path mended = Files.createSymbolicLink(inTheWay.resolveSibling("mended"), SharedPrograms.directory());
            Files.move(mended, inTheWay, StandardCopyOption.ATOMIC_MOVE);
            awaitHealth(server, CURRENT);

            final long killed = pid(pidFile(directory));
            signal("KILL", killed);
            sell(server, 1);
            awaitHealth(server, "the own PostgreSQL is down: it ended");
            awaitHealth(server, CURRENT);
            assertNotEquals(killed, pid(pidFile(directory)));

            freeze();
            sell(server, 2);
            awaitHealth(server, "PostgreSQL has not answered for");
            thaw();
            awaitHealth(server, CURRENT);
            ServerProcess.verify(directory, Map.of());

            freeze();
            sell(server, 3);
            final long begin = System.nanoTime();
            assertEquals(0, server.terminate(PATIENCE), server.output());
            final Duration taken = Duration.ofNanos(System.nanoTime() - begin);
            assertTrue(taken.compareTo(DRAIN.plusSeconds(10)) < 0, taken + "\n" + server.output());
            assertEquals(1, count(server.output(), "left running"), server.output());
            assertEquals(1, count(server.output(), "is down: it ended"), server.output());
            assertNoStackTrace(server);
        }
        thaw();
        try (ServerProcess server = serve(directory)) {
            awaitHealth(server, CURRENT);
            assertEquals(0, server.terminate(PATIENCE));
        }
        ServerProcess.verify(directory, Map.of());
    }

    @Test
    void shouldSayThatNothingWasProjectedAndLeaveNothingRunning() throws Exception {
        try (ServerProcess server =
                ServerProcess.serve(directory, Map.of("DB_HOST", "none")).awaitReady(PATIENCE)) {
            assertEquals(0, server.terminate(PATIENCE));
        }
        try (ServerProcess check = check(directory)) {
            assertEquals(1, check.awaitExit(PATIENCE));
            assertEquals(1, check.output().lines().count(), check.output());
            assertTrue(check.output().contains("nothing was projected yet"), check.output());
        }
        assertFalse(Files.exists(directory.resolve("data/postgres")));
        SharedPrograms.useIn(directory.resolve("data/postgres"));
        // As a stop leaves it that came before the first table.
        final EmbeddedPostgresServer made = new EmbeddedPostgresServer(directory.resolve("data/postgres"));
        users.add(made);
        made.start();
        made.stop();
        try (ServerProcess check = check(directory)) {
            assertEquals(1, check.awaitExit(PATIENCE));
            assertEquals(1, count(check.output(), "flash-sale: nothing was projected yet: "), check.output());
            assertNoStackTrace(check);
        }
        for (final String moment : List.of("starting", "waiting for the first rows")) {
            assertStopsWhatItStarted(moment);
        }
    }

    private void assertStopsWhatItStarted(final String moment) throws Exception {
        // Nobody projects, but as long as this process holds the projector's lock a check waits for it.
        try (DirectoryLock projector = DirectoryLock.acquire(directory.resolve("data/projector"), "the test");
                ServerProcess check = check(directory)) {
            assertTrue(Files.exists(projector.file()));
            if (moment.equals("starting")) {
                awaitFile(pidFile(directory));
            } else {
                check.awaitOutput(moment, PATIENCE);
            }
            // Not INT, which a build that runs in the background inherits as ignored.
            signal("TERM", check.pid());
            assertEquals(143, check.awaitExit(PATIENCE), check.output());
            assertFalse(Files.exists(pidFile(directory)), moment + ": PostgreSQL was left running");
            assertNoStackTrace(check);
        }
    }

    private static void awaitFile(final Path file) {
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(file) || file.toFile().length() == 0) {
            assertTrue(System.nanoTime() - deadline < 0, () -> "no " + file);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
