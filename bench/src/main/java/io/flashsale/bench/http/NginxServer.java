package io.flashsale.bench.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** nginx, where it is installed, as a baseline in C: one process that answers a constant of the same length. */
final class NginxServer {
    private static final String CONFIGURATION = """
            daemon off;
            master_process off;
            pid %1$s/nginx.pid;
            error_log %1$s/nginx.err;
            events {
                worker_connections 20000;
            }
            http {
                access_log off;
                keepalive_timeout 1h;
                keepalive_requests 1000000000;
                client_body_temp_path %1$s/body;
                proxy_temp_path %1$s/proxy;
                fastcgi_temp_path %1$s/fastcgi;
                uwsgi_temp_path %1$s/uwsgi;
                scgi_temp_path %1$s/scgi;
                server {
                    listen 127.0.0.1:%2$d backlog=16384;
                    location / {
                        default_type text/plain;
                        return 200 "00000000-0000-8000-8000-000000000000";
                    }
                }
            }
            """;

    private NginxServer() {}

    /** Whether it can be run here. */
    static boolean isInstalled() {
        try {
            final Process process = new ProcessBuilder("nginx", "-v")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS);
        } catch (final IOException e) {
            return false;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static BenchedServer start(final Path directory, final int port) throws IOException {
        final Path home = Files.createDirectories(directory.resolve("nginx"));
        final Path file = Files.writeString(home.resolve("nginx.conf"), CONFIGURATION.formatted(home, port));
        return BenchedServer.start(
                List.of("nginx"), directory, port, Map.of(), "-p", home.toString(), "-c", file.toString());
    }
}
