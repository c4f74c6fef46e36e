package io.flashsale.bench.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The comparison with both real servers, for a second each: what it prints is not measured here. */
@Timeout(120)
class HttpComparisonTest {
    private static final HttpComparison.Plan PLAN =
            new HttpComparison.Plan(1, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, false, false);

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private static List<String> java(final String main) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                "-Xmx2g",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main);
    }

    private HttpComparison comparison(final Map<String, String> settings) {
        return new HttpComparison(
                java("io.flashsale.bench.BenchMain"),
                java("io.flashsale.server.Main"),
                directory,
                settings,
                new OwnClient(),
                new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    @Test
    void shouldPutBothServersSideBySide() throws Exception {
        comparison(Map.of("APP_SYNC", "never")).run(List.of(Load.of(4, 2)), PLAN);
        final String said = out.toString(StandardCharsets.UTF_8);
        assertTrue(said.contains("4 connections, pipelined x2"), said);
        assertTrue(
                said.matches(
                        "(?s).*bare Netty +[1-9]\\d+ .*the service +[1-9]\\d+ .*ratio of requests/s to bare Netty: .*"),
                said);
    }

    @Test
    void shouldShowWhatGrowthCosts() throws Exception {
        new GrowthComparison(
                        java("io.flashsale.server.Main"),
                        directory,
                        Map.of("APP_SYNC", "never"),
                        new OwnClient(),
                        new PrintStream(out, true, StandardCharsets.UTF_8))
                .run(4, 1, Duration.ofMillis(300), Duration.ofMillis(300));
        final String said = out.toString(StandardCharsets.UTF_8);
        for (final String grown : List.of("10 users", "10,000,000 users", "1,000,000 items")) {
            assertTrue(said.contains("CPU/request, " + grown + " to " + GrowthComparison.ORDINARY + ": "), said);
        }
    }

    @Test
    void shouldFailWhenTheServiceDoesNotStart() {
        final IOException failed = assertThrows(
                IOException.class,
                () -> comparison(Map.of("APP_SYNC", "sometimes")).run(List.of(Load.of(1, 1)), PLAN));
        assertTrue(failed.getMessage().contains("APP_SYNC"), failed.getMessage());
    }

    @Test
    void shouldReadWhatWrkSays() throws Exception {
        final HttpClientRun.ClientFigures figures = WrkClient.figures("""
                Running 4s test @ http://127.0.0.1:8080/
                  Latency Distribution
                     50%  812.00us
                     75%    1.02ms
                     99%    3.50ms
                  240000 requests in 4.00s, 30.00MB read
                  Non-2xx or 3xx responses: 230000
                Requests/sec:  60000.25
                0m0.000s 0m0.001s
                0m1.500s 0m1.000s
                """, Duration.ofSeconds(4));
        assertEquals(240_000, figures.requests());
        assertEquals(230_000, figures.refused());
        assertEquals(60_000.25, figures.perSecond());
        assertEquals(812_000, figures.p50Nanos());
        assertEquals(3_500_000, figures.p99Nanos());
        assertEquals(0.625, figures.busy());
        assertThrows(IOException.class, () -> WrkClient.figures("unable to connect", Duration.ofSeconds(1)));
    }
}
