package io.flashsale.bench.drill;

import static io.flashsale.bench.drill.DrillFailedException.require;

import io.flashsale.bench.load.LoadConfig;
import io.flashsale.bench.load.LoadReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A service of a drill's own: one process after the other on the same data, a load on it now and then, and a ledger of what
 * clients were told. Holds outlast the drill, so that every code that was received must be good. For one thread, except
 * {@link #close()}.
 */
final class DrilledService implements AutoCloseable {
    /** A start, or an answer, on a machine that does other things as well and may stand still for a minute. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final int ITEMS = 50_000;
    private static final int HOLD_SECONDS = 3_600;
    private static final int SALE_SECONDS = 7 * 24 * 3_600;
    private static final long USERS = 1_000_000;
    private static final int CONNECTIONS = 8;
    private static final double PURCHASE_SHARE = 0.5;

    private final Path directory;
    private final Map<String, String> settings = new HashMap<>();
    private final Ledger ledger = new Ledger();
    private final Promises promises = new Promises(ledger, SALE_SECONDS, code -> Duration.ofSeconds(HOLD_SECONDS));
    private volatile ServerProcess server;
    private volatile BackgroundLoad load;
    private ShopClient client;

    /** In a directory, which is made, without a database; settings may say otherwise. */
    DrilledService(final Path directory, final Map<String, String> settings) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.settings.put("DB_HOST", "none");
        this.settings.put("APP_ITEM_NUMBER", String.valueOf(ITEMS));
        this.settings.put("APP_USER_LIMIT", "1000");
        this.settings.put("APP_SALE_SECONDS", String.valueOf(SALE_SECONDS));
        this.settings.put("APP_HOLD_SECONDS", String.valueOf(HOLD_SECONDS));
        this.settings.putAll(settings);
    }

    Path directory() {
        return directory;
    }

    Path data() {
        return directory.resolve("data");
    }

    Map<String, String> settings() {
        return settings;
    }

    Ledger ledger() {
        return ledger;
    }

    ServerProcess server() {
        return server;
    }

    ShopClient client() {
        return client;
    }

    /** Starts a process and waits until it answers. */
    DrilledService start() throws IOException {
        return start(ServerProcess.Manner.PLAIN);
    }

    /** Starts a process in a certain manner and waits until it answers. */
    DrilledService start(final ServerProcess.Manner manner) throws IOException {
        launch(manner).awaitReady(PATIENCE);
        client = new ShopClient(server.address());
        return this;
    }

    /** Starts a process and does not wait. */
    ServerProcess launch(final ServerProcess.Manner manner) throws IOException {
        server = ServerProcess.serve(directory, settings, manner);
        return server;
    }

    /** As the drill's loads are, to be completed. */
    LoadConfig.Builder loadConfig() {
        return LoadConfig.to(server.address())
                .connections(CONNECTIONS)
                .items(Integer.parseInt(settings.get("APP_ITEM_NUMBER")))
                .users(USERS)
                .purchaseShare(PURCHASE_SHARE)
                .seed(System.nanoTime())
                .answerTimeout(PATIENCE)
                .duration(Duration.ofHours(1));
    }

    /** Starts a load that goes on until it is told to stop or the process ends. */
    void startLoad(final double rate) {
        startLoad(loadConfig().rate(rate).build());
    }

    void startLoad(final LoadConfig config) {
        if (load != null) {
            // Of a step that was given up.
            load.close();
        }
        load = BackgroundLoad.start(config, ledger);
    }

    /** Waits until so many more codes were received. */
    void awaitCodes(final int more) {
        final int wanted = ledger.codes() + more;
        await("only " + ledger.codes() + " codes", () -> ledger.codes() >= wanted);
    }

    /** Ends the load, whatever happened to it. */
    LoadReport endLoad() throws Exception {
        load.stop();
        final LoadReport report = load.report(PATIENCE);
        load = null;
        return report;
    }

    /** Kills the process as {@code kill -9} does, and ends the load. */
    void kill() throws Exception {
        server.kill();
        if (load != null) {
            endLoad();
        }
    }

    /** Holds the service to what clients were told. */
    Promises.Kept check() throws Exception {
        require(ledger.contradictions().isEmpty(), String.join("\n", ledger.contradictions()));
        final Promises.Kept kept = promises.check(client);
        require(kept.isConclusive(), "there was nothing to check");
        return kept;
    }

    /** Ends the process as {@code kill} does; it must end well. */
    void stop() throws Exception {
        final int exitCode = server.terminate(PATIENCE);
        require(exitCode == 0, "SIGTERM ended with exit code " + exitCode + ":\n" + server.output());
    }

    /** A start after something that ended the process: holds it to what clients were told, and ends it in order. */
    Promises.Kept startAndCheck() throws Exception {
        start();
        final Promises.Kept kept = check();
        stop();
        return kept;
    }

    /** Something to wait for. */
    @FunctionalInterface
    interface Condition {
        boolean isMet() throws Exception;
    }

    /** Waits, and fails the drill if it takes too long. */
    static void await(final String otherwise, final Condition condition) {
        final long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.isMet()) {
                require(System.nanoTime() - deadline < 0, otherwise);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
        } catch (final DrillFailedException e) {
            throw e;
        } catch (final Exception e) {
            throw new IllegalStateException(otherwise, e);
        }
    }

    /** Kills what runs. Again does nothing. */
    @Override
    public void close() {
        final BackgroundLoad running = load;
        if (running != null) {
            running.close();
        }
        final ServerProcess process = server;
        if (process != null) {
            process.close();
        }
    }
}
