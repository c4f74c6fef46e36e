package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.flashsale.engine.CommandFlyweight;
import io.flashsale.engine.CommandType;
import io.flashsale.journal.ChronicleSegmentStorage;
import io.flashsale.journal.JournalRecovery;
import io.flashsale.journal.Recovered;
import io.flashsale.journal.SegmentStorage;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM at every moment of a service's life: it ends in order, soon, and with exit code 0. */
class StopTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String NO_DATABASE = "none";

    @TempDir
    private Path directory;

    private static void await(final String what, final BooleanSupplier condition) {
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadline < 0, () -> "waited too long for: " + what);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static Recovered journal(final Path directory, final JournaledCheckouts checkouts) {
        final SegmentStorage storage = new ChronicleSegmentStorage(directory.resolve("data/journal"));
        return JournalRecovery.recover(storage, 1, List.of(), (first, count, time, buffer, offset) -> {
            final CommandFlyweight command = new CommandFlyweight();
            for (int i = 0; i < count; i++) {
                command.wrap(buffer, offset + i * CommandFlyweight.LENGTH);
                if (command.type() == CommandType.CHECKOUT) {
                    checkouts.sequences.put(command.user(), first + i);
                }
            }
        });
    }

    /** The sequence of each user's one checkout. */
    private static final class JournaledCheckouts {
        private final Map<Long, Long> sequences = new HashMap<>();
    }

    /** The delays are samples of the start's phases; what is asserted holds at any moment. */
    @Test
    void shouldEndInOrderWhereverTheStartIs() throws Exception {
        for (final int delayMillis : new int[] {0, 60, 120, 200, 300, 450}) {
            final Path home = Files.createDirectory(directory.resolve("after-" + delayMillis));
            try (ServerProcess server = ServerProcess.serve(home, Map.of("DB_HOST", NO_DATABASE))) {
                // The lock is the first thing that a start takes.
                await("the data directory's lock", () -> Files.exists(home.resolve("data/lock")));
                TimeUnit.MILLISECONDS.sleep(delayMillis);
                assertStopsInOrder(server, home);
            }
        }
        final Path home = Files.createDirectory(directory.resolve("after-port"));
        try (ServerProcess server = ServerProcess.serve(home, Map.of("DB_HOST", NO_DATABASE))) {
            server.awaitOutput("listening on", PATIENCE);
            assertStopsInOrder(server, home);
            assertTrue(journal(home, new JournaledCheckouts()).cleanEnd());
        }
    }

    @Test
    void shouldEndAProjectorInOrderInItsFirstMoments() throws Exception {
        try (ServerProcess server =
                ServerProcess.serve(directory, Map.of("DB_HOST", NO_DATABASE)).awaitReady(PATIENCE)) {
            assertEquals(0, server.terminate(PATIENCE));
        }
        try (ServerProcess projector =
                ServerProcess.start(directory, Map.of(), "project", "--data-dir=" + directory.resolve("data"))) {
            await("the projector's lock", () -> Files.exists(directory.resolve("data/projector/lock")));
            assertEquals(0, projector.terminate(PATIENCE), () -> text(projector));
            assertFalse(projector.output().contains("Exception"), projector.output());
        }
    }

    private static void assertStopsInOrder(final ServerProcess server, final Path home) throws Exception {
        final int exitCode = server.terminate(PATIENCE);
        assertEquals(0, exitCode, () -> home + ":\n" + text(server));
        if (Files.isDirectory(home.resolve("data/journal"))) {
            final Recovered journal = journal(home, new JournaledCheckouts());
            assertTrue(journal.journalId() == 0 || journal.cleanEnd(), () -> home + ":\n" + text(server));
        }
    }

    private static String text(final ServerProcess server) {
        try {
            return server.output();
        } catch (final IOException e) {
            return e.toString();
        }
    }

    /** And the restart shows the rules by which the open sale sells, not those that are configured for the next. */
    @Test
    void shouldStopAnIdleServiceWithoutAWarningHoweverOftenItIsAsked() throws Exception {
        final Map<String, String> settings = new HashMap<>(Map.of(
                "DB_HOST", NO_DATABASE, "APP_DRAIN_SECONDS", "0", "APP_SALE_SECONDS", "604800", "APP_USER_LIMIT", "5"));
        try (ServerProcess server = ServerProcess.serve(directory, settings).awaitReady(PATIENCE)) {
            try (Socket idle = new Socket()) {
                idle.connect(server.address());
                idle.setSoTimeout(10_000);
                send(idle, "GET /sale");
                new Answers(idle).next();
                server.signal();
                server.signal();
                assertEquals(0, server.terminate(PATIENCE), server.output());
            }
            assertFalse(server.output().contains("WARN"), server.output());
            assertFalse(server.output().contains("ERROR"), server.output());
            assertFalse(server.output().contains("next sale"), server.output());
            assertTrue(journal(directory, new JournaledCheckouts()).cleanEnd());
        }
        settings.put("APP_USER_LIMIT", "9");
        settings.put("APP_ITEM_NUMBER", "200");
        for (int restart = 1; restart <= 2; restart++) {
            try (ServerProcess server = ServerProcess.serve(directory, settings).awaitReady(PATIENCE)) {
                final String output = server.output();
                assertTrue(output.contains("10,000 of 10,000 left (0 held, 0 sold); 5 per user"), output);
                assertTrue(output.contains("200 items (now 10,000); 9 per user (now 5)\n"), output);
                assertEquals(0, server.terminate(PATIENCE), server.output());
            }
        }
    }

    /** Checkouts of users of its own, some at a time, until the service ends the connection. */
    private static final class Shopper extends Thread {
        private static final int AT_A_TIME = 4;

        private final InetSocketAddress address;
        private final long firstUser;
        private final Map<Long, Long> sequences = new HashMap<>();
        private int refusedWhileStopping;
        private Exception failure;

        Shopper(final InetSocketAddress address, final long firstUser) {
            super("shopper-" + firstUser);
            this.address = address;
            this.firstUser = firstUser;
        }

        @Override
        public void run() {
            try (Socket socket = new Socket()) {
                socket.connect(address);
                socket.setSoTimeout(30_000);
                shop(socket);
            } catch (final Exception e) {
                failure = e;
            }
        }

        private void shop(final Socket socket) throws Exception {
            final Answers answers = new Answers(socket);
            for (long user = firstUser; ; user += AT_A_TIME) {
                for (long next = user; next < user + AT_A_TIME; next++) {
                    send(socket, "POST /checkout?user_id=" + next + "&item_id=" + next % 10_000);
                }
                for (long next = user; next < user + AT_A_TIME; next++) {
                    final Answer answer = answers.next();
                    if (answer == null) {
                        return;
                    }
                    if (answer.status == 503) {
                        refusedWhileStopping++;
                    } else {
                        sequences.put(next, answer.sequence);
                    }
                }
            }
        }
    }

    @Test
    void shouldAnswerWhatItJournaledAndJournalWhatItAnsweredWhenItIsStoppedUnderLoad() throws Exception {
        try (ServerProcess server =
                ServerProcess.serve(directory, Map.of("DB_HOST", NO_DATABASE)).awaitReady(PATIENCE)) {
            final List<Shopper> shoppers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                shoppers.add(new Shopper(server.address(), 1 + i * 100_000_000L));
            }
            shoppers.forEach(Thread::start);
            final ShopClient looker = new ShopClient(server.address());
            await("load", () -> held(looker) > 2_000);
            assertEquals(0, server.terminate(PATIENCE), server.output());
            assertFalse(server.output().contains("WARN"), server.output());
            final Map<Long, Long> answered = new HashMap<>();
            for (final Shopper shopper : shoppers) {
                shopper.join();
                assertEquals(null, shopper.failure, shopper.getName());
                answered.putAll(shopper.sequences);
            }
            final JournaledCheckouts journaled = new JournaledCheckouts();
            assertTrue(journal(directory, journaled).cleanEnd());
            assertTrue(answered.size() > 2_000, () -> answered.size() + " answers");
            assertEquals(Map.of(), difference(journaled.sequences, answered), "journaled, but not answered");
            assertEquals(Map.of(), difference(answered, journaled.sequences), "answered, but not journaled so");
            System.out.printf(
                    "%,d answered and journaled, %,d refused while stopping%n",
                    answered.size(),
                    shoppers.stream()
                            .mapToInt(shopper -> shopper.refusedWhileStopping)
                            .sum());
        }
    }

    private static Map<Long, Long> difference(final Map<Long, Long> all, final Map<Long, Long> without) {
        final Map<Long, Long> difference = new HashMap<>(all);
        difference.entrySet().removeAll(without.entrySet());
        return difference;
    }

    private static int held(final ShopClient client) {
        try {
            final String sale = client.get("/sale").body();
            return Integer.parseInt(
                    sale.replaceAll("(?s).*held: *(\\d+).*", "$1").replaceAll("\\D.*", ""));
        } catch (final Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldNotLetAClientThatReadsNothingUseUpTheDrain() throws Exception {
        final Map<String, String> settings = Map.of("DB_HOST", NO_DATABASE, "APP_DRAIN_SECONDS", "40");
        try (ServerProcess server = ServerProcess.serve(directory, settings).awaitReady(PATIENCE);
                Socket stalled = new Socket()) {
            stalled.setReceiveBufferSize(4_096);
            stalled.connect(server.address());
            for (int i = 0; i < 64; i++) {
                send(stalled, "GET /items?limit=1000");
            }
            final ShopClient looker = new ShopClient(server.adminAddress());
            await("a client that takes no answers", () -> metric(looker, "flashsale_http_reads_paused_total") > 0);
            final long begin = System.nanoTime();
            assertEquals(0, server.terminate(PATIENCE), server.output());
            final Duration took = Duration.ofNanos(System.nanoTime() - begin);
            assertTrue(took.compareTo(Duration.ofSeconds(15)) < 0, "it held up the stop for " + took);
            assertTrue(server.output().contains("cut off 1 connection"), server.output());
            assertFalse(server.output().contains("WARN"), server.output());
            assertFalse(server.output().contains("without a last snapshot"), server.output());
        }
        try (Stream<Path> snapshots = Files.list(directory.resolve("data/snapshots"))) {
            assertEquals(1, snapshots.count());
        }
    }

    private static double metric(final ShopClient client, final String name) {
        try {
            return client.get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElse(0);
        } catch (final Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void send(final Socket socket, final String line) throws Exception {
        try {
            socket.getOutputStream()
                    .write((line + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        } catch (final SocketException e) {
            // The service has ended the connection; its last answers may still be read.
        }
    }

    private record Answer(int status, long sequence) {}

    /** Reads the answers of one connection. */
    private static final class Answers {
        private final InputStream in;

        Answers(final Socket socket) throws Exception {
            in = new BufferedInputStream(socket.getInputStream());
        }

        /** Null at the end of the connection. */
        Answer next() throws Exception {
            final String statusLine = line();
            if (statusLine == null) {
                return null;
            }
            long sequence = 0;
            int length = 0;
            for (String field = line(); !field.isEmpty(); field = line()) {
                final String value = field.substring(field.indexOf(':') + 1).trim();
                if (field.startsWith("Sale-Sequence:")) {
                    sequence = Long.parseLong(value);
                } else if (field.startsWith("Content-Length:")) {
                    length = Integer.parseInt(value);
                }
            }
            in.skipNBytes(length);
            return new Answer(Integer.parseInt(statusLine.substring(9, 12)), sequence);
        }

        private String line() throws Exception {
            final StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    assertEquals("", line.toString(), "the connection ended within an answer");
                    return null;
                }
                line.append((char) c);
            }
            return line.toString().trim();
        }
    }
}
