package io.flashsale.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(30)
class LoadCommandTest {
    @TempDir
    private Path scratch;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --host 192.0.2.1               | target is 192.0.2.1; allowed: a loopback address
                    --host 0.0.0.0                 | target is 0.0.0.0; allowed: a loopback address
                    --host no.such.host.invalid    | target is no.such.host.invalid; allowed: a host name that resolves
                    --port 0                       | port is 0; allowed: 1 to 65535
                    --port 65536                   | port is 65536; allowed: 1 to 65535
                    --port x                       | is not an int
                    --connections 0                | connections is 0; allowed: 1 to 16384
                    --depth 0                      | depth is 0; allowed: 1 to 1024
                    --threads 0                    | threads is 0; allowed: 1 to 64
                    --connections 2 --threads 3    | threads is 3; allowed: 1 to 2
                    --users 0                      | users is 0; allowed: 1 to
                    --items -1                     | items is -1; allowed: 1 to
                    --purchase-share 1.5           | purchase share is 1.5; allowed: 0 to 1
                    --purchase-share NaN           | purchase share is NaN; allowed: 0 to 1
                    --attempts 0                   | attempts is 0; allowed: 1 or more
                    --seconds 0                    | seconds is 0.0; allowed: more than 0
                    --rate 0                       | rate is 0.0; allowed: more than 0
                    --rate 1e12                    | rate is 1.0E12; allowed: 0 (closed loop) to 10000000
                    --purchase-share 0.8 --release-share 0.3 | purchase share plus release share is 1.1; allowed: at most 1
                    --release-share -0.1           | release share is -0.1; allowed: 0 to 1
                    --read-share 1                 | read share is 1.0; allowed: less than 1
                    --repeat-share 2               | repeat share is 2.0; allowed: 0 to 1
                    --hot-share x                  | is not a double
                    --hot-items 0                  | hot items is 0; allowed: 1 or more
                    --scenario flood               | scenario is flood; allowed: purchase-heavy or mixed
                    --user-limit -1                | user limit is -1; allowed: 0 (not checked) or more
                    --hold-seconds -1              | hold seconds is -1.0; allowed: 0 (not checked) or more
                    --expect 9                     | expect is [9]; allowed: 100 to 599
                    --json no/such/dir/a.json      | json is no/such/dir/a.json; allowed: a file that can be written
                    --html no/such/dir/a.html      | html is no/such/dir/a.html; allowed: a file that can be written
                    --history /                    | history is /; allowed: a file that can be written
                    --unexpected no/such/dir/a     | unexpected is no/such/dir/a; allowed: a file that can be written
                    --warmup -1                    | warmup is -1.0; allowed: 0 or more
                    --no-such-option               | Unknown option
                    """)
    void shouldSayWhatIsWrongAndWhatIsAllowed(final String arguments, final String message) {
        assertEquals(2, execute(arguments));
        assertTrue(err.toString().contains(message), err::toString);
    }

    @Test
    void shouldNameTheFlagThatAllowsARemoteTarget() {
        assertEquals(2, execute("--host 192.0.2.1"));
        assertTrue(err.toString().contains("--allow-remote"), err::toString);
    }

    @Test
    void shouldEndWithZeroWhenEveryAnswerWasExpected() throws Exception {
        try (FixtureServer server = new FixtureServer(new FixtureSale())) {
            final String arguments = "--connections 2 --attempts 100 --items 50 --seed 9 --port "
                    + server.address().getPort();
            assertEquals(0, execute(arguments));
            assertTrue(out.toString().contains("seed 9"), out::toString);
            assertTrue(out.toString().contains("checkout_200"), out::toString);
            assertTrue(out.toString().contains("closed loop; latency from the actual send"), out::toString);
        }
    }

    @Test
    void shouldEndWithOneOnAnUnexpectedStatus() throws Exception {
        try (FixtureServer server = new FixtureServer(line ->
                line.startsWith("GET /sale") ? FixtureSale.sale(10_000) : FixtureServer.response(503, "", ""))) {
            final String arguments =
                    "--connections 1 --attempts 3 --port " + server.address().getPort();
            assertEquals(1, execute(arguments));
            assertEquals(0, execute(arguments + " --expect 200,409,503"));
        }
    }

    @Test
    void shouldEndWithOneOnAConnectionError() throws Exception {
        final AtomicInteger requests = new AtomicInteger();
        try (FixtureServer server = new FixtureServer(line -> {
            if (line.startsWith("GET /sale")) {
                return FixtureSale.sale(10_000);
            }
            return requests.getAndIncrement() % 2 == 0 ? FixtureServer.response(409, "", "") : null;
        })) {
            final String arguments =
                    "--connections 1 --attempts 3 --port " + server.address().getPort();
            assertEquals(1, execute(arguments));
            assertEquals(0, execute(arguments + " --allow-connection-errors"));
        }
    }

    @Test
    void shouldEndWithOneWhenNothingIsAnswered() throws Exception {
        try (FixtureServer server =
                new FixtureServer(line -> line.startsWith("GET /sale") ? FixtureSale.sale(10_000) : null)) {
            final String arguments =
                    "--connections 1 --attempts 3 --port " + server.address().getPort();
            assertEquals(1, execute(arguments + " --allow-connection-errors"));
            assertTrue(out.toString().contains("verdict: not one request was answered"), out::toString);
        }
    }

    @Test
    void shouldPrintOneJsonObject() throws Exception {
        try (FixtureServer server = new FixtureServer(new FixtureSale())) {
            assertEquals(
                    0,
                    execute("--json --warmup 0.2 --rate 2000 --connections 2 --attempts 100 --port "
                            + server.address().getPort()));
        }
        final String json = out.toString();
        assertTrue(json.startsWith("{\"target\":\"127.0.0.1:") && json.endsWith("}}\n".substring(1)), json);
        assertEquals(1, json.lines().count());
        assertEquals(count(json, '{'), count(json, '}'));
        assertTrue(json.contains("\"mode\":\"open\",\"latency_from\":\"planned send\",\"rate\":2000.000000"), json);
        assertTrue(json.contains("\"checkouts_sent\":100,"), json);
        assertTrue(json.contains("\"latency\":{\"checkout_200\":{\"count\":"), json);
        assertFalse(json.contains(",,") || json.contains(",}") || json.contains("NaN"), json);
    }

    @Test
    void shouldRefuseToRunAgainstAnythingElse() throws Exception {
        final int port;
        try (FixtureServer server = new FixtureServer(line -> FixtureServer.response(200, "welcome", ""))) {
            port = server.address().getPort();
            assertEquals(3, execute("--attempts 3 --port " + port));
            assertTrue(err.toString().contains("127.0.0.1:" + port + " is not the service: GET /sale"), err::toString);
            assertEquals(List.of("GET /sale HTTP/1.1"), server.requests().get(0));
            assertEquals(1, server.requests().size());
        }
        try (FixtureServer server = new FixtureServer(line -> FixtureServer.response(404, "", ""))) {
            assertEquals(3, execute("--attempts 3 --port " + server.address().getPort()));
            assertTrue(err.toString().contains("is answered by 404"), err::toString);
        }
        assertEquals(3, execute("--attempts 3 --port " + port));
        assertTrue(err.toString().contains("no service answers at 127.0.0.1:" + port), err::toString);
    }

    @Test
    void shouldTakeItemsFromTheServiceAndRefuseMoreThanItHas() throws Exception {
        try (FixtureServer server = new FixtureServer(new FixtureSale())) {
            final String port = " --port " + server.address().getPort();
            assertEquals(0, execute("--attempts 3" + port));
            assertTrue(out.toString().contains("items 0-9999"), out::toString);
            assertEquals(2, execute("--attempts 3 --items 10001" + port));
            assertTrue(err.toString().contains("items is 10001; allowed: 1 to 10000"), err::toString);
        }
    }

    @Test
    void shouldEndWithFourAndSayWhyWhenAnItemIsSoldTwice() throws Exception {
        final long[] sequence = new long[1];
        final FixtureServer.Script generous = line -> {
            if (line.startsWith("GET /sale")) {
                return FixtureSale.sale(1);
            }
            synchronized (sequence) {
                final String code = new UUID(1_700_000_000L << 32, ++sequence[0]).toString();
                final String place = "Sale-Sequence: " + sequence[0] + "\r\n";
                return FixtureServer.response(200, line.startsWith("POST /checkout") ? code : "", place);
            }
        };
        try (FixtureServer server = new FixtureServer(generous)) {
            assertEquals(
                    4,
                    execute("--connections 1 --attempts 2 --port "
                            + server.address().getPort()));
        }
        assertTrue(out.toString().contains("violation: two codes bought item 0"), out::toString);
    }

    @Test
    void shouldSayThatASequenceRunsAgainstTime() throws Exception {
        final long[] sequence = {1_000};
        final FixtureServer.Script backwards = line -> line.startsWith("GET /sale")
                ? FixtureSale.sale(10)
                : FixtureServer.response(
                        409, "Item is sold. Try another item.\n", "Sale-Sequence: " + --sequence[0] + "\r\n");
        try (FixtureServer server = new FixtureServer(backwards)) {
            assertEquals(
                    4,
                    execute("--connections 1 --attempts 2 --port "
                            + server.address().getPort()));
        }
        assertTrue(out.toString().contains("violation: Sale-Sequence 998 answers a request"), out::toString);
    }

    @Test
    void shouldKeepUnexpectedAnswersInAFile(@TempDir final Path directory) throws Exception {
        final FixtureServer.Script broken = line -> line.startsWith("GET /sale")
                ? FixtureSale.sale(10)
                : FixtureServer.response(500, "The service made a mistake", "");
        final Path file = directory.resolve("unexpected.txt");
        try (FixtureServer server = new FixtureServer(broken)) {
            assertEquals(
                    1,
                    execute("--connections 1 --attempts 2 --unexpected " + file + " --port "
                            + server.address().getPort()));
        }
        assertEquals(2, Files.readAllLines(file).size());
        assertTrue(Files.readString(file).contains("status 500"), Files.readString(file));
        assertTrue(out.toString().contains("2 answers were not expected; see " + file), out::toString);
    }

    private int execute(final String arguments) {
        // Where the tests run, nothing is to be left behind.
        final String unexpected =
                arguments.contains("--unexpected") ? "" : " --unexpected " + scratch.resolve("answers");
        return new CommandLine(new LoadCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute((arguments.trim() + unexpected).split(" +", -1));
    }

    private static long count(final String text, final char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }
}
