package io.flashsale.server.cli;

import io.flashsale.server.config.Setting;
import java.util.regex.Pattern;

/** What stands together in {@code --help}, in the order in which it is shown. A setting is in the first that fits. */
enum SettingGroup {
    /** Which sale. */
    SALE("The sale; changes take effect with the next one", "APP_(ITEM|USER|SALE|HOLD)_.*"),
    /** How it is reached. */
    NETWORK("Network", "APP_(HOST|PORT|METRICS_PORT|REQUEST_.*)"),
    /** What is kept, and what an answer promises. */
    STORAGE("Data and durability", "APP_(DATA_DIR|SYNC|RETAIN_.*|SNAPSHOT_.*)"),
    /** Where rows go. */
    DATABASE("PostgreSQL", "DB_.*|APP_DB_.*|APP_PROJECT.*"),
    /** How it runs. */
    RUNNING("Threads, shutdown and the rest", ".*");

    private final String heading;
    private final Pattern names;

    SettingGroup(final String heading, final String names) {
        this.heading = heading;
        this.names = Pattern.compile(names);
    }

    String heading() {
        return heading;
    }

    static SettingGroup of(final Setting setting) {
        for (final SettingGroup group : values()) {
            if (group.names.matcher(setting.name()).matches()) {
                return group;
            }
        }
        throw new IllegalStateException(setting + " is in no group");
    }
}
