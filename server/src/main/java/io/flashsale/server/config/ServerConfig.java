package io.flashsale.server.config;

import static io.flashsale.server.config.Setting.*;

import io.flashsale.engine.EngineLimits;
import io.flashsale.engine.SaleRules;
import io.flashsale.journal.SyncPolicy;
import io.flashsale.projector.AttemptsKept;
import io.flashsale.projector.DatabaseConfig;
import io.flashsale.server.pipeline.PipelineConfig;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What the service runs with, validated.
 *
 * @param host           address that both ports listen on.
 * @param port           of the HTTP API.
 * @param adminPort      of metrics and health.
 * @param dataDirectory  absolute.
 * @param rules          of the next sale, without a hash seed.
 * @param syncPolicy     when answers are sent.
 * @param projector      where PostgreSQL is written from.
 * @param attemptsKept   whether refused checkout attempts become rows.
 * @param drain          how long a shutdown may take.
 * @param requestTimeout how long a whole request may take to arrive.
 * @param maxConnections open at once; 0 for as many as the limit of open files allows.
 * @param maxConnectionsPerAddress of these, from one address; 0 for any number.
 * @param eventLoops     threads that speak HTTP.
 * @param pipeline       layout and wait strategy.
 * @param pinning        whether threads may be pinned to a CPU.
 * @param database       which PostgreSQL.
 * @param databaseName   its database.
 * @param external       address of an external PostgreSQL; null for the others.
 * @param retain         how long the journal is kept at least.
 * @param databaseRetain how long PostgreSQL keeps a sale that has closed; null to keep every one.
 */
public record ServerConfig(
        String host,
        int port,
        int adminPort,
        Path dataDirectory,
        SaleRules rules,
        SyncPolicy syncPolicy,
        ProjectorMode projector,
        AttemptsKept attemptsKept,
        Duration drain,
        Duration requestTimeout,
        int maxConnections,
        int maxConnectionsPerAddress,
        int eventLoops,
        PipelineConfig pipeline,
        Pinning pinning,
        Database database,
        String databaseName,
        DatabaseConfig external,
        Duration retain,
        Duration databaseRetain) {

    private static final int DEFAULT_HOLD_SECONDS = 120;
    private static final int MAX_CONNECTIONS = 1_000_000;
    private static final String MIN_RETAIN_HOURS = "0.01";
    private static final int MAX_RETAIN_HOURS = 10 * 365 * 24;

    /** Where PostgreSQL is written from. */
    public enum ProjectorMode {
        /** A thread of the service. */
        INSIDE,
        /** A process of its own: {@code flash-sale project}. */
        OUTSIDE,
        /** Nowhere. */
        NONE
    }

    /** Whether threads may be pinned to a CPU. */
    public enum Pinning {
        /** On a machine of few CPUs. */
        AUTO,
        /** Never. */
        NONE
    }

    /** Which PostgreSQL. */
    public enum Database {
        /** An own server inside the data directory. */
        EMBEDDED,
        /** One that is configured. */
        EXTERNAL,
        /** None. */
        NONE
    }

    /**
     * Validates settings.
     *
     * @param settings resolved.
     * @param cores    of the machine.
     * @return the configuration.
     * @throws InvalidSettingException naming the first setting that is not allowed.
     */
    public static ServerConfig of(final Settings settings, final int cores) {
        final Database database = database(settings);
        return new ServerConfig(
                settings.text(APP_HOST),
                settings.integer(APP_PORT, 0, 65_535),
                adminPort(settings),
                dataDirectory(settings),
                rules(settings),
                settings.choice(APP_SYNC, SyncPolicy.class),
                database == Database.NONE ? ProjectorMode.NONE : settings.choice(APP_PROJECTOR, ProjectorMode.class),
                settings.choice(APP_PROJECT_ATTEMPTS, AttemptsKept.class),
                Duration.ofSeconds(settings.integer(APP_DRAIN_SECONDS, 0, 3_600)),
                Duration.ofSeconds(settings.integer(APP_REQUEST_TIMEOUT_SECONDS, 1, 3_600)),
                maxConnections(settings),
                maxConnectionsPerAddress(settings),
                settings.isSet(APP_EVENT_LOOPS) ? settings.integer(APP_EVENT_LOOPS, 1, 64) : Math.max(1, cores / 2),
                PipelineConfig.of(
                        settings.choice(APP_PIPELINE, PipelineConfig.Layout.class),
                        settings.choice(APP_WAIT_STRATEGY, PipelineConfig.Wait.class),
                        cores),
                settings.choice(APP_PINNING, Pinning.class),
                database,
                settings.text(DB_NAME),
                database == Database.EXTERNAL ? externalDatabase(settings) : null,
                settings.hours(APP_RETAIN_HOURS, MIN_RETAIN_HOURS, MAX_RETAIN_HOURS),
                settings.isSet(APP_DB_RETAIN_HOURS)
                        ? Duration.ofHours(settings.integer(APP_DB_RETAIN_HOURS, 1, MAX_RETAIN_HOURS))
                        : null);
    }

    /**
     * The data directory alone, for commands that need no more.
     *
     * @param settings resolved.
     * @return an absolute path.
     * @throws InvalidSettingException if it is no path.
     */
    public static Path dataDirectory(final Settings settings) {
        try {
            return Path.of(settings.text(APP_DATA_DIR)).toAbsolutePath().normalize();
        } catch (final InvalidPathException e) {
            throw settings.invalid(APP_DATA_DIR);
        }
    }

    private static int adminPort(final Settings settings) {
        final int port = settings.integer(APP_METRICS_PORT, 0, 65_535);
        if (port != 0 && port == settings.integer(APP_PORT, 0, 65_535)) {
            throw settings.invalid(APP_METRICS_PORT, "another port than " + settings.name(APP_PORT));
        }
        return port;
    }

    private static int maxConnections(final Settings settings) {
        return settings.isSet(APP_MAX_CONNECTIONS) ? settings.integer(APP_MAX_CONNECTIONS, 1, MAX_CONNECTIONS) : 0;
    }

    private static int maxConnectionsPerAddress(final Settings settings) {
        if (!settings.isSet(APP_MAX_CONNECTIONS_PER_ADDRESS)) {
            return 0;
        }
        final int perAddress = settings.integer(APP_MAX_CONNECTIONS_PER_ADDRESS, 1, MAX_CONNECTIONS);
        final int most = maxConnections(settings);
        if (most > 0 && perAddress > most) {
            throw settings.invalid(APP_MAX_CONNECTIONS_PER_ADDRESS, "at most APP_MAX_CONNECTIONS=" + most);
        }
        return perAddress;
    }

    private static SaleRules rules(final Settings settings) {
        final int saleSeconds = settings.integer(APP_SALE_SECONDS, 1, EngineLimits.MAX_SALE_MILLIS / 1_000);
        final int holdSeconds = settings.isSet(APP_HOLD_SECONDS)
                ? settings.integer(APP_HOLD_SECONDS, 1, EngineLimits.MAX_SALE_MILLIS / 1_000)
                : Math.min(DEFAULT_HOLD_SECONDS, saleSeconds);
        if (holdSeconds > saleSeconds) {
            throw settings.invalid(
                    APP_HOLD_SECONDS, "at most APP_SALE_SECONDS=" + saleSeconds + ", a hold cannot outlast a sale");
        }
        return new SaleRules(
                EngineLimits.RULES_VERSION,
                settings.integer(APP_ITEM_NUMBER, 1, EngineLimits.MAX_ITEMS),
                settings.integer(APP_USER_LIMIT, 1, EngineLimits.MAX_ITEMS),
                holdSeconds * 1_000,
                saleSeconds * 1_000,
                0);
    }

    private static Database database(final Settings settings) {
        final String host = settings.text(DB_HOST);
        // As every other choice, none is written in lower case; a host of that name would be a slip.
        if (host.equalsIgnoreCase("none") && !host.equals("none")) {
            throw settings.invalid(DB_HOST, "a host, or none in lower case");
        }
        if (host.indexOf('/') >= 0) {
            throw settings.invalid(DB_HOST, "a host name or address, since Unix sockets and URLs are not supported");
        }
        return switch (host) {
            case "" -> Database.EMBEDDED;
            case "none" -> Database.NONE;
            default -> Database.EXTERNAL;
        };
    }

    private static DatabaseConfig externalDatabase(final Settings settings) {
        if (!List.of(DB_SSL_MODE.allowed().split(", ")).contains(settings.text(DB_SSL_MODE))) {
            throw settings.invalid(DB_SSL_MODE);
        }
        return new DatabaseConfig(
                settings.text(DB_HOST),
                settings.integer(DB_PORT, 1, 65_535),
                settings.text(DB_USER),
                settings.text(DB_PASSWORD),
                settings.text(DB_NAME),
                settings.text(DB_SSL_MODE));
    }
}
