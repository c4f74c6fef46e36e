package io.flashsale.server.config;

import java.util.List;
import java.util.Locale;

/**
 * Every setting of the service. Each is an environment variable and a flag, which is the variable's name in lower case
 * with hyphens; some have a short flag as well.
 */
public enum Setting {
    APP_PORT("8080", "0 to 65535; 0 takes a free one", "Port of the HTTP API. PORT is accepted too.", "--port"),
    APP_METRICS_PORT("9090", "0 to 65535; 0 takes a free one", "Admin port: /metrics and /health.", "--metrics-port"),
    APP_HOST("0.0.0.0", "a host name or address", "Address that both ports listen on."),
    APP_DATA_DIR(
            "./data",
            "a directory that can be written",
            "Journal, marks, secret and embedded PostgreSQL.",
            "--data-dir"),
    APP_ITEM_NUMBER("10000", "1 to 1000000", "Items of a sale, numbered from 0."),
    APP_USER_LIMIT("10", "1 to 1000000", "Most live holds and purchases of one user in one sale."),
    APP_SALE_SECONDS("3600", "1 to 604800", "Length of a sale; sales open on multiples of it."),
    APP_HOLD_SECONDS(
            "", "1 to APP_SALE_SECONDS", "How long a code can be bought. Unset: 120, or the sale's length if shorter."),
    APP_SYNC("always", "always, interval, never", "What an answer promises; see the durability table."),
    APP_PROJECTOR(
            "inside",
            "inside, outside, none",
            "Where PostgreSQL is written from. outside: by flash-sale project, a process of its own."),
    APP_PROJECT_ATTEMPTS("all", "all, accepted", "Which checkout attempts become rows; the journal has them all."),
    APP_RETAIN_HOURS(
            "168",
            "0.01 to 87600, decimals too",
            "Older journal segments go, once they are projected and a snapshot replaces them."),
    APP_DB_RETAIN_HOURS("", "1 to 87600", "PostgreSQL drops sales that closed longer ago. Unset: it keeps every sale."),
    APP_DRAIN_SECONDS("10", "0 to 3600", "How long SIGTERM lets requests and the projector finish."),
    APP_REQUEST_TIMEOUT_SECONDS("10", "1 to 3600", "How long a whole request may take to arrive."),
    APP_MAX_CONNECTIONS(
            "",
            "1 to 1000000",
            "Connections open at once; one more is closed. Unset: 65536, or what the limit of open files leaves."),
    APP_MAX_CONNECTIONS_PER_ADDRESS(
            "",
            "1 to APP_MAX_CONNECTIONS",
            "Of these, from one address (IPv6: /64); one more is closed. Unset: any number."),
    APP_EVENT_LOOPS("", "1 to 64", "Threads that speak HTTP. Unset: one for every two cores."),
    APP_PIPELINE(
            "auto",
            "auto, fused, pipelined",
            "Journal and engine on one thread, or on two. auto: fused below 8 cores."),
    APP_WAIT_STRATEGY(
            "auto",
            "auto, blocking, yielding, busy-spin",
            "How the pipeline waits for work. auto: blocking below 8 cores, else yielding."),
    APP_PINNING(
            "auto",
            "auto, none",
            "Which CPU event loop and pipeline stay on. auto: the last one, if there are 2 or 3 CPUs."),
    DB_HOST(
            "",
            "a host, or none",
            "PostgreSQL server. Unset: an embedded one in the data directory. none: no database."),
    DB_PORT("5432", "1 to 65535", "PostgreSQL's port."),
    DB_USER("postgres", "a role", "PostgreSQL role."),
    DB_PASSWORD("", "any text", "Password of the role."),
    DB_NAME("flashsale", "a database that exists", "PostgreSQL database."),
    DB_SSL_MODE(
            "prefer", "disable, allow, prefer, require, verify-ca, verify-full", "libpq's sslmode of the connection.");

    private final String defaultText;
    private final String allowed;
    private final String description;
    private final String shortFlag;

    Setting(final String defaultText, final String allowed, final String description) {
        this(defaultText, allowed, description, null);
    }

    Setting(final String defaultText, final String allowed, final String description, final String shortFlag) {
        this.defaultText = defaultText;
        this.allowed = allowed;
        this.description = description;
        this.shortFlag = shortFlag;
    }

    /**
     * What holds when nobody sets it.
     *
     * @return text; empty means unset.
     */
    public String defaultText() {
        return defaultText;
    }

    /**
     * Which values are allowed, in words.
     *
     * @return a phrase.
     */
    public String allowed() {
        return allowed;
    }

    /**
     * What it does.
     *
     * @return a sentence.
     */
    public String description() {
        return description;
    }

    /**
     * The flags that set it.
     *
     * @return the long one first.
     */
    public List<String> flags() {
        final String flag = "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
        return shortFlag == null ? List.of(flag) : List.of(flag, shortFlag);
    }

    /**
     * Whether its value must not be printed.
     *
     * @return true for passwords.
     */
    public boolean isSecret() {
        return this == DB_PASSWORD;
    }
}
