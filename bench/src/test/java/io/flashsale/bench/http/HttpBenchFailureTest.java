package io.flashsale.bench.http;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What must not become a number. */
class HttpBenchFailureTest {
    private static final String LIMITS = """
            Limit                     Soft Limit           Hard Limit           Units
            Max open files            4096                 4096                 files
            """;

    @Test
    void shouldFailWhenAnswersWereErrors() {
        final IOException failed = assertThrows(
                IOException.class,
                () -> HttpComparison.requireExpected(Map.of(200, 5L, 503, 1L), Map.of(200, 9L, 503, 3L), 4));
        assertTrue(failed.getMessage().contains("503 2 times"), failed.getMessage());
    }

    @Test
    void shouldFailWhenSomebodyElseAnswered() {
        assertDoesNotThrow(() -> HttpComparison.requireExpected(Map.of(), Map.of(200, 9L, 409, 1L), 10));
        final IOException failed = assertThrows(
                IOException.class, () -> HttpComparison.requireExpected(Map.of(200, 9L), Map.of(200, 9L), 10));
        assertTrue(failed.getMessage().contains("of which the service gave 0"), failed.getMessage());
    }

    @Test
    void shouldRefuseWhatIsNotTheService() throws IOException {
        final HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/metrics", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        other.start();
        try {
            final IOException refused = assertThrows(
                    IOException.class,
                    () -> new ServiceMetrics(other.getAddress().getPort()).value("flashsale_sale_id"));
            assertTrue(refused.getMessage().contains("not this service"), refused.getMessage());
        } finally {
            other.stop(0);
        }
    }

    @Test
    void shouldSayWhichLimitIsTooLow() {
        assertDoesNotThrow(() -> OpenFiles.requireRoomFor(512, LIMITS));
        final IOException refused = assertThrows(IOException.class, () -> OpenFiles.requireRoomFor(10_000, LIMITS));
        assertTrue(refused.getMessage().contains("the limit is 4096"), refused.getMessage());
        assertTrue(refused.getMessage().contains("ulimit -n"), refused.getMessage());
        assertDoesNotThrow(() -> OpenFiles.requireRoomFor(10_000, LIMITS.replace("4096", "unlimited")));
    }
}
