package io.flashsale.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(30)
class LoadCommandTest {
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
        try (FixtureServer server =
                new FixtureServer(line -> line.startsWith("GET /sale") ? FixtureSale.sale(10_000) : null)) {
            final String arguments =
                    "--connections 1 --attempts 3 --port " + server.address().getPort();
            assertEquals(1, execute(arguments));
            assertEquals(0, execute(arguments + " --allow-connection-errors"));
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

    private int execute(final String arguments) {
        return new CommandLine(new LoadCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments.trim().split(" +", -1));
    }

    private static long count(final String text, final char wanted) {
        return text.chars().filter(c -> c == wanted).count();
    }
}
