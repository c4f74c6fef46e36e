package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The journal as lines, beside a service that goes on writing it. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class JournalCommandTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Map<String, String> SETTINGS = Map.of("DB_HOST", "none");

    @TempDir
    private Path directory;

    private String data() {
        return "--data-dir=" + directory.resolve("data");
    }

    private List<String> journal(final String... options) throws Exception {
        final String[] arguments = new String[options.length + 2];
        arguments[0] = "journal";
        arguments[1] = data();
        System.arraycopy(options, 0, arguments, 2, options.length);
        final ServerProcess.Result result = ServerProcess.run(directory, SETTINGS, PATIENCE, arguments);
        assertEquals(0, result.exitCode(), result.output());
        return result.output().lines().toList();
    }

    private static void assertEach(final int count, final String part, final List<String> lines) {
        assertEquals(count, lines.size(), lines.toString());
        assertTrue(lines.stream().allMatch(line -> line.contains(part)), lines.toString());
    }

    @Test
    void shouldPrintRangesFiltersAndJsonBesideTheService() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(PATIENCE)) {
            final ShopClient client = new ShopClient(server.address());
            final UUID code = UUID.fromString(client.checkout(7, 42).body());
            client.checkout(8, 42);
            client.checkout(8, 43);
            client.purchase(code);
            client.purchase(code);

            assertEquals(3, journal("--from=1", "--to=3").size());
            assertTrue(journal("--from=3", "--to=3").get(0).startsWith("3 "));
            final List<String> ofUser = journal("--user=7");
            assertEquals(3, ofUser.size(), ofUser.toString());
            assertTrue(ofUser.get(0).contains("CHECKOUT user=7 item=42 -> RESERVED"), ofUser.toString());
            assertTrue(ofUser.get(1).contains("-> PURCHASED"), ofUser.toString());
            assertTrue(ofUser.get(2).contains("-> CODE_USED"), ofUser.toString());
            assertEach(3, code.toString(), journal("--code=" + code));
            assertEquals(4, journal("--item=42").size());
            assertEach(1, "item=43", journal("--item=43"));
            assertEach(1, "ITEM_RESERVED", journal("--item=42", "--user=8"));
            assertEach(0, "", journal("--user=-1"));

            final List<String> json = journal("--json", "--user=7", "--item=42");
            assertEach(3, "\"command\":\"", json);
            assertTrue(json.get(0).startsWith("{\"sequence\":") && json.get(0).endsWith("}"), json.get(0));
            assertTrue(json.get(1).contains("\"outcome\":\"PURCHASED\",\"sale_id\":"), json.get(1));
        }
    }

    @Test
    void shouldFollowWhatIsAppendedThroughARestartUntilTheGivenEnd() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(PATIENCE);
                ServerProcess follower = ServerProcess.start(
                        directory, SETTINGS, "journal", data(), "--follow", "--user=7", "--to=500")) {
            new ShopClient(server.address()).checkout(7, 1);
            follower.awaitOutput("user=7 item=1 ", PATIENCE);
            server.kill();
            try (ServerProcess next = ServerProcess.serve(directory, SETTINGS).awaitReady(PATIENCE)) {
                final ShopClient client = new ShopClient(next.address());
                client.checkout(7, 2);
                follower.awaitOutput("user=7 item=2 ", PATIENCE);
                for (int i = 0; i < 500; i++) {
                    client.checkout(8, 1);
                }
                assertEquals(0, follower.awaitExit(PATIENCE), follower.output());
            }
            assertEquals(2, follower.output().lines().count(), follower.output());
        }
    }

    @Test
    void shouldEndQuietlyWhenNobodyReadsItsOutput() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(PATIENCE)) {
            final ShopClient client = new ShopClient(server.address());
            for (int i = 0; i < 3_000; i++) {
                client.checkout(8, 1);
            }
            final ServerProcess.Result cut =
                    ServerProcess.head(directory, SETTINGS, PATIENCE, "journal", data(), "--follow");
            assertEquals(0, cut.exitCode(), cut.output());
            assertEach(1, "CONFIGURE", cut.output().lines().toList());
        }
    }

    @Test
    void shouldPrintWhatIsGoodAndThenSayWhereTheDamageIs() throws Exception {
        try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(PATIENCE)) {
            final ShopClient client = new ShopClient(server.address());
            for (int item = 0; item < 20; item++) {
                client.checkout(3, item);
            }
            server.kill();
        }
        final Path file = directory.resolve("data/journal/segment-0000000001/19700101F.cq4");
        final byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length - 1;
        while (bytes[end] == 0) {
            end--;
        }
        bytes[end - 500] ^= 1;
        Files.write(file, bytes);
        final ServerProcess.Result result = ServerProcess.run(directory, SETTINGS, PATIENCE, "journal", data());
        assertEquals(1, result.exitCode(), result.output());
        assertTrue(result.output().contains("CONFIGURE"), result.output());
        assertTrue(result.output().contains("proves that it was durable"), result.output());
    }

    @Test
    void shouldNotPassOverWhatTheServiceRefuses() throws Exception {
        for (int item = 1; item < 3; item++) {
            try (ServerProcess server = ServerProcess.serve(directory, SETTINGS).awaitReady(PATIENCE)) {
                new ShopClient(server.address()).checkout(7, item);
                assertEquals(0, server.terminate(PATIENCE), server.output());
            }
        }
        final Path journal = directory.resolve("data/journal");
        final Path snapshot;
        try (Stream<Path> snapshots = Files.list(directory.resolve("data/snapshots"))) {
            snapshot = snapshots.max(Comparator.naturalOrder()).orElseThrow();
        }
        final byte[] own = Files.readAllBytes(snapshot);
        Files.write(snapshot, ofAnotherJournal(own));
        // As retention does.
        delete(journal.resolve("segment-0000000001"));
        ServerProcess.Result result = ServerProcess.run(directory, SETTINGS, PATIENCE, "journal", data());
        assertEquals(1, result.exitCode(), result.output());
        assertTrue(result.output().contains("is not shown: retention has deleted it"), result.output());
        assertTrue(result.output().contains("user=7 item=2 "), result.output());
        assertTrue(result.output().contains("was taken of journal"), result.output());

        Files.write(snapshot, own);
        delete(journal.resolve("segment-0000000002"));
        result = ServerProcess.run(directory, SETTINGS, PATIENCE, "journal", data());
        assertEquals(1, result.exitCode(), result.output());
        assertTrue(result.output().contains("the journal has no segment"), result.output());
        assertTrue(result.output().contains(snapshot.toString()), result.output());
    }

    private static byte[] ofAnotherJournal(final byte[] snapshot) {
        final byte[] foreign = snapshot.clone();
        foreign[16] ^= 1;
        final CRC32C crc = new CRC32C();
        crc.update(foreign, 0, 44);
        ByteBuffer.wrap(foreign).order(ByteOrder.LITTLE_ENDIAN).putInt(44, (int) crc.getValue());
        return foreign;
    }

    private static void delete(final Path segment) throws IOException {
        try (Stream<Path> files = Files.walk(segment)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void shouldRefuseRangesThatAreNone() throws Exception {
        for (final List<String> wrong :
                List.of(List.of("--from=0"), List.of("--from=5", "--to=4"), List.of("--to=x"))) {
            final ServerProcess.Result result = ServerProcess.run(
                    directory,
                    SETTINGS,
                    PATIENCE,
                    Stream.concat(Stream.of("journal", data()), wrong.stream()).toArray(String[]::new));
            assertEquals(2, result.exitCode(), result.output());
        }
    }
}
