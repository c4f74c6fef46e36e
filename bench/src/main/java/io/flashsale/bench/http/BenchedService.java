package io.flashsale.bench.http;

import io.flashsale.bench.process.Launch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The service as a process of its own, and its figures. For one thread.
 *
 * @param server  the process.
 * @param metrics what its admin port tells.
 */
public record BenchedService(BenchedServer server, ServiceMetrics metrics) implements AutoCloseable {
    /**
     * Starts it on loopback, at ports that are free, and waits until it answers.
     *
     * @param program  runs the service's commands.
     * @param data     for its journal; what it says is written into the directory above.
     * @param settings as environment variables.
     * @return the running service.
     * @throws IOException if it does not start, with its output, or if another program answers.
     */
    public static BenchedService start(final List<String> program, final Path data, final Map<String, String> settings)
            throws IOException, InterruptedException {
        final int port = Launch.freePort();
        final int adminPort = Launch.freePort();
        final BenchedServer server = BenchedServer.start(
                program,
                data.getParent(),
                port,
                settings,
                "serve",
                "--app-host=127.0.0.1",
                "--port=" + port,
                "--metrics-port=" + adminPort,
                "--data-dir=" + data);
        final BenchedService service = new BenchedService(server, new ServiceMetrics(adminPort));
        try {
            // Whoever else answers at that port is not what is to be measured.
            service.metrics.value("flashsale_sale_id");
            return service;
        } catch (final IOException | RuntimeException | InterruptedException e) {
            service.close();
            throw e;
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
