package io.flashsale.server.lifecycle;

import io.flashsale.server.config.ServerConfig;
import io.flashsale.server.config.Setting;
import io.flashsale.server.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemEpochNanoClock;

/** A service whose wall clock is ten hours behind when it starts, and right from then on. */
final class SteppedClockMain {
    private static final long BEHIND_NANOS = TimeUnit.HOURS.toNanos(10);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private SteppedClockMain() {}

    /** Takes the data directory, and what must disappear from it before the service is stopped: none for at once. */
    public static void main(final String[] args) throws Exception {
        final ServerConfig config = ServerConfig.of(
                Settings.resolve(
                        Map.of(Setting.APP_DATA_DIR, args[0]),
                        Map.of(
                                "DB_HOST", "none",
                                "APP_HOST", "127.0.0.1",
                                "APP_PORT", "0",
                                "APP_METRICS_PORT", "0",
                                "APP_RETAIN_HOURS", "0.01"),
                        Path.of(args[0])),
                2);
        final AtomicLong behind = new AtomicLong(BEHIND_NANOS);
        final SystemEpochNanoClock system = new SystemEpochNanoClock();
        final SaleServer server = new SaleServer(config, () -> system.nanoTime() - behind.getAndSet(0));
        server.start();
        final long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (args.length > 1 && Files.exists(Path.of(args[1]))) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("nobody tidies");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        server.stop();
        System.exit(0);
    }
}
