package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real service behind a rush of clients that come, ask once, and go; its collections as its JVM logs them. */
class QuietCollectionTest {
    private static final String COLLECTION = "Pause Full (System.gc())";
    private static final int CLIENTS = 5_000;
    private static final Duration RUSH = Duration.ofSeconds(4);

    @TempDir
    private Path directory;

    @Test
    void shouldCollectBehindARushAndNotWithinIt() throws Exception {
        final ServerProcess.Manner logged = ServerProcess.Manner.withFlags("-Xlog:gc");
        try (ServerProcess server = ServerProcess.serve(directory, Map.of("DB_HOST", "none"), logged)
                .awaitReady(Duration.ofSeconds(30))) {
            final long begin = System.nanoTime();
            int clients = 0;
            while (clients < CLIENTS || System.nanoTime() - begin < RUSH.toNanos()) {
                ask(server.address());
                clients++;
            }
            final String output = server.output();
            assertFalse(output.contains(COLLECTION), output);
            // Two quiet looks, and not in the seconds before a sale.
            server.awaitOutput(COLLECTION, Duration.ofMinutes(1));
            assertEquals(0, server.terminate(Duration.ofSeconds(30)));
        }
    }

    private static void ask(final InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream()
                    .write("GET /sale HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            final String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
        }
    }
}
