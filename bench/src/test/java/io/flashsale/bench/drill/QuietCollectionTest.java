package io.flashsale.bench.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real service's heap, as its JVM logs it: what a start leaves behind is enough to be collected. */
class QuietCollectionTest {
    private static final String COLLECTION = "Pause Full (System.gc())";
    private static final Duration BUSY = Duration.ofSeconds(5);

    @TempDir
    private Path directory;

    @Test
    void shouldCollectWhenItBecomesQuietAndNotBefore() throws Exception {
        final ServerProcess.Manner logged = ServerProcess.Manner.withFlags("-Xlog:gc");
        try (ServerProcess server = ServerProcess.serve(directory, Map.of("DB_HOST", "none"), logged)
                .awaitReady(Duration.ofSeconds(30))) {
            final HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + server.address().getPort() + "/sale"))
                    .build();
            final HttpClient client = HttpClient.newHttpClient();
            final long begin = System.nanoTime();
            while (System.nanoTime() - begin < BUSY.toNanos()) {
                assertEquals(
                        200, client.send(request, BodyHandlers.discarding()).statusCode());
            }
            final String output = server.output();
            assertFalse(output.contains(COLLECTION), output);
            // Two quiet looks, and not in the seconds before a sale.
            server.awaitOutput(COLLECTION, Duration.ofMinutes(1));
            assertEquals(0, server.terminate(Duration.ofSeconds(30)));
        }
    }
}
