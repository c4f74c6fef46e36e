package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Gives the real service too little memory for what it is asked to do. It may go on, more slowly or for fewer clients, or end
 * with a code that is not 0; either way the next start has all that was answered.
 */
public final class MemoryDrill {
    private static final int RATE = 300;
    private static final int CODES = 100;
    private static final int CLIENTS = 3_000;
    private static final int PIPELINED = 64;
    private static final long PRESSURE_SECONDS = 8;
    /** Of a JVM that {@code -XX:+ExitOnOutOfMemoryError} ended. */
    private static final int EXIT_OUT_OF_MEMORY = 3;

    private static final String EXPECTED = "goes on, or ends with a code other than 0; all kept";

    private final Path directory;
    private final DrillSteps steps;

    /**
     * A drill.
     *
     * @param directory empty; holds the data.
     * @param log       is told of each step, and gets the table.
     */
    public MemoryDrill(final Path directory, final PrintStream log) {
        this.directory = directory;
        steps = new DrillSteps(log);
    }

    /**
     * Runs the drill.
     *
     * @return what was done and seen.
     * @throws DrillFailedException if a promise was broken.
     * @throws Exception            if the drill could not be carried out.
     */
    public DrillTable run() throws Exception {
        try {
            steps.step(
                    "start with a heap too small for its items",
                    "exit code 1, says which heap would do",
                    this::startWithTooSmallAHeap);
            steps.step(
                    "least heap that a start accepts, " + CLIENTS + " clients that do not read",
                    EXPECTED,
                    () -> press("heap", "-Xms16m", "-Xmx124m", "-Xmn12m"));
            steps.step(
                    "the whole heap taken away under load",
                    "exit code " + EXIT_OUT_OF_MEMORY + "; all kept",
                    this::exhaustHeap);
            for (final int direct : List.of(16, 8, 4)) {
                steps.step(
                        "direct memory of " + direct + " MiB, " + CLIENTS + " clients that do not read",
                        EXPECTED,
                        () -> press("direct-" + direct, "-XX:MaxDirectMemorySize=" + direct + "m"));
            }
        } finally {
            steps.print();
        }
        steps.requireNoneFailed();
        return steps.table();
    }

    private String startWithTooSmallAHeap() throws Exception {
        try (DrilledService service =
                new DrilledService(directory.resolve("too-small"), Map.of("APP_ITEM_NUMBER", "1000000"))) {
            final ServerProcess server = service.launch(ServerProcess.Manner.withFlags("-Xms8m", "-Xmx128m"));
            final int exitCode = server.awaitExit(DrilledService.PATIENCE);
            require(exitCode == 1 && server.hasSaid("FLASH_SALE_HEAP"), exitCode + ":\n" + server.output());
            return "exit code 1";
        }
    }

    /** As a leak does it in the end. */
    String exhaustHeap() throws Exception {
        try (DrilledService service =
                new DrilledService(directory.resolve("exhausted"), Map.of("APP_ITEM_NUMBER", "5000"))) {
            final Path trigger = service.directory().resolve("eat");
            service.start(ServerProcess.Manner.withFlags("-Xmx160m", HeapEater.flag(service.directory(), trigger)));
            service.startLoad(RATE);
            service.awaitCodes(CODES);
            Files.createFile(trigger);
            final int exitCode = service.server().awaitExit(DrilledService.PATIENCE);
            service.endLoad();
            require(
                    exitCode == EXIT_OUT_OF_MEMORY,
                    exitCode + ":\n" + service.server().output());
            return "exit code " + exitCode + "; " + service.startAndCheck();
        }
    }

    /** Sells with enough memory, then starts again with too little. */
    private String press(final String name, final String... flags) throws Exception {
        try (DrilledService service = new DrilledService(directory.resolve(name), Map.of("APP_ITEM_NUMBER", "5000"))) {
            service.start();
            service.startLoad(RATE);
            service.awaitCodes(CODES);
            service.kill();
            final String seen = pressOn(service, flags);
            return seen + "; " + service.startAndCheck();
        }
    }

    private static String pressOn(final DrilledService service, final String... flags) throws Exception {
        final ServerProcess server = service.launch(ServerProcess.Manner.withFlags(flags));
        DrilledService.await("it neither starts nor ends", () -> server.hasSaid("started in") || !server.isAlive());
        if (server.isAlive()) {
            service.startLoad(RATE);
            pressWithClients(server);
            final boolean survived = server.isAlive();
            if (survived) {
                service.awaitCodes(1);
                service.endLoad();
                service.stop();
                return "goes on; SIGTERM: exit code 0" + (server.hasSaid("OutOf") ? "; memory ran out meanwhile" : "");
            }
            service.endLoad();
        }
        final int exitCode = server.awaitExit(DrilledService.PATIENCE);
        require(exitCode != 0, "it ended with 0:\n" + server.output());
        return "exit code " + exitCode + (server.hasSaid("started in") ? "" : " while starting");
    }

    /** Many clients that ask a lot and read nothing. */
    private static void pressWithClients(final ServerProcess server) throws InterruptedException {
        final byte[] request = "GET /items?from=0&limit=1000 HTTP/1.1\r\nHost: drill\r\n\r\n"
                .repeat(PIPELINED)
                .getBytes(StandardCharsets.US_ASCII);
        final List<SocketChannel> clients = new ArrayList<>();
        final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PRESSURE_SECONDS);
        try {
            while (clients.size() < CLIENTS && server.isAlive() && System.nanoTime() - end < 0) {
                connect(server.address(), clients, request);
            }
            while (server.isAlive() && System.nanoTime() - end < 0) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        } finally {
            clients.forEach(MemoryDrill::close);
        }
    }

    private static void connect(
            final InetSocketAddress address, final List<SocketChannel> clients, final byte[] request) {
        try {
            final SocketChannel client = SocketChannel.open();
            clients.add(client);
            final Socket socket = client.socket();
            socket.setReceiveBufferSize(4_096);
            socket.connect(address, (int) TimeUnit.SECONDS.toMillis(2));
            client.configureBlocking(false);
            client.write(ByteBuffer.wrap(request));
        } catch (final IOException refused) {
            // That is one of the things that a service under pressure may do.
        }
    }

    private static void close(final SocketChannel client) {
        try {
            client.close();
        } catch (final IOException e) {
            // It is gone already.
        }
    }
}
