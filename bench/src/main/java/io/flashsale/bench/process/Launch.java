package io.flashsale.bench.process;

import io.flashsale.projector.DatabaseConfig;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** Ports, environments and settings of processes that are about to be started. */
public final class Launch {
    private static final int ATTEMPTS = 100;
    private static final int LOWEST_PORT = 10_000;
    /** From here on Linux gives ports to connections: one could have it before the process listens. */
    private static final int FIRST_OF_CONNECTIONS = 32_768;
    /** From port to port, so that none is given twice: what it was given for may not listen yet. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(FIRST_OF_CONNECTIONS));

    private Launch() {}

    /**
     * A port that nobody listens on now, that no connection gets, and that this process was not given lately.
     *
     * @return 1 to 65,535.
     * @throws IOException if there is none.
     */
    public static int freePort() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            final int port = LOWEST_PORT + Math.floorMod(NEXT.getAndIncrement(), FIRST_OF_CONNECTIONS - LOWEST_PORT);
            if (isFree(port)) {
                return port;
            }
        }
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static boolean isFree(final int port) throws IOException {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (final BindException e) {
            return false;
        }
    }

    /**
     * A process that has the given settings, and none of those that this one was started with.
     *
     * @param directory to work in.
     * @param settings  as environment variables.
     * @param command   program and arguments.
     * @return a builder, to be given its output.
     */
    public static ProcessBuilder builder(
            final Path directory, final Map<String, String> settings, final List<String> command) {
        final ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeIf(name -> name.matches("(APP|DB|REDIS)_.*|PORT"));
        builder.environment().putAll(settings);
        return builder;
    }

    /**
     * The settings that name a database.
     *
     * @param database that runs already.
     * @return a new map, which may be added to.
     */
    public static Map<String, String> settings(final DatabaseConfig database) {
        final Map<String, String> settings = new HashMap<>();
        settings.put("DB_HOST", database.host());
        settings.put("DB_PORT", String.valueOf(database.port()));
        settings.put("DB_USER", database.user());
        settings.put("DB_PASSWORD", database.password());
        settings.put("DB_NAME", database.name());
        settings.put("DB_SSL_MODE", database.sslMode());
        return settings;
    }
}
