package io.flashsale.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransportConfigTest {
    private static final RetrySecret SECRET = new RetrySecret(81_985_529_216_486_895L, 2);
    private static final TransportConfig CONFIG = TransportConfig.of("127.0.0.1", 8080, 9090, SECRET);

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "3, 1", "4, 2", "8, 4", "16, 8", "128, 8"})
    void shouldLeaveCoresToThePipeline(final int cores, final int loops) {
        assertEquals(loops, TransportConfig.defaultEventLoops(cores));
    }

    @Test
    void shouldRefuseWhatCannotWork() {
        refuses("port", () -> TransportConfig.of("a", 65_536, 0, SECRET));
        refuses("adminPort", () -> TransportConfig.of("a", 0, -1, SECRET));
        refuses("eventLoops", () -> CONFIG.withEventLoops(0));
        refuses("eventLoops", () -> CONFIG.withEventLoops(256));
        refuses("maxConnections", () -> CONFIG.withBounds(0, 1));
        refuses("maxConnectionsPerAddress", () -> CONFIG.withConnections(10, 11));
        refuses("maxConnectionsPerAddress", () -> CONFIG.withConnections(10, -1));
        refuses("maxCommandsPerLoop", () -> CONFIG.withBounds(1, 3));
        refuses("requestTimeout", () -> CONFIG.withTimeouts(Duration.ZERO, Duration.ofSeconds(1)));
        refuses("idleTimeout", () -> CONFIG.withTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(-1)));
    }

    @Test
    void shouldNotShowItsSecret() {
        assertFalse(CONFIG.toString().contains("81985529216486895"), CONFIG.toString());
    }

    private static void refuses(final String name, final Executable creation) {
        final String message =
                assertThrows(IllegalArgumentException.class, creation).getMessage();
        assertTrue(message.startsWith(name + " must be"), message);
    }
}
